"""Rendering a page of the wallet site."""

from collections.abc import Hashable, Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hansatsu.parties.issuers.models import Issuer
from hansatsu.web.shared.frames import framed


def show(
    request: HttpRequest, issuer: Issuer, template: str, *, status: int = 200, **context: object
) -> HttpResponse:
    """The page ``wallet/TEMPLATE.html`` of ``issuer``."""
    page = {"issuer": issuer, **context}
    return render(request, f"wallet/{template}.html", page, status=status)


def show_framed(
    request: HttpRequest,
    issuer: Issuer,
    template: str,
    frame: Mapping[str, Hashable],
    **context: object,
) -> HttpResponse:
    """The page ``wallet/TEMPLATE.html`` of ``issuer``, whose frame is drawn once for each value of
    ``frame`` (``framed``)."""
    return HttpResponse(framed(request, issuer, f"wallet/{template}.html", frame, context))
