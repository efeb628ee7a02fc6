"""Rendering a page of the wallet site."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hansatsu.parties.issuers.models import Issuer


def show(
    request: HttpRequest, issuer: Issuer, template: str, *, status: int = 200, **context: object
) -> HttpResponse:
    """The page ``wallet/TEMPLATE.html`` of ``issuer``."""
    page = {"issuer": issuer, **context}
    return render(request, f"wallet/{template}.html", page, status=status)
