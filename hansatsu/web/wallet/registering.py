"""What a browser keeps between the pages before the mail: the addresses typed, the terms read."""

from typing import Any

from django.http import HttpRequest

from hansatsu.parties.issuers.models import Issuer


def kept(request: HttpRequest, issuer: Issuer) -> dict[str, Any]:
    """By name; empty for a browser that has not begun."""
    held: dict[str, Any] = request.session.get(_key(issuer), {})
    return held


def keep(request: HttpRequest, issuer: Issuer, **values: str | int) -> None:
    """Keep more, or other values."""
    clean = {
        name: value.replace("\0", "") if isinstance(value, str) else value
        for name, value in values.items()
    }
    request.session[_key(issuer)] = kept(request, issuer) | clean


def forget(request: HttpRequest, issuer: Issuer) -> None:
    """The registration is done."""
    request.session.pop(_key(issuer), None)


def _key(issuer: Issuer) -> str:
    return f"register:{issuer.pk}"
