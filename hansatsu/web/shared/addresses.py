"""Addresses of the sites' pages."""

from django.urls import reverse

from hansatsu.parties.issuers.models import Issuer


def wallet_url(name: str, issuer: Issuer, **names: str) -> str:
    """The address of one of the issuer's pages."""
    return reverse(f"wallet:{name}", kwargs={"issuer_code": issuer.code, **names})


def shop_url(name: str, **names: str | int) -> str:
    """The address of one of the shop site's pages."""
    return reverse(f"shop:{name}", kwargs=names or None)
