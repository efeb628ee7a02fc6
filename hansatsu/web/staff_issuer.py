"""Whose staff logs in: the issuer that stands in the address which they were given (ADR 0130)."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest

from hansatsu.issuers.models import Issuer
from hansatsu.issuers.selectors import find_issuer

PARAMETER = "issuer"


def asked_issuer(request: HttpRequest) -> Issuer | None:
    """The issuer of the page's address, or of the form that it held; None when it was not told."""
    told = request.POST if request.method == "POST" else request.GET
    return find_issuer(told.get(PARAMETER, ""))


def log_in_address(page: str, issuer: Issuer) -> str:
    """Where the staff of ``issuer`` log in, whole. ``page`` is the log-in page's path."""
    return f"{settings.SITE_URL}{page}?{urlencode({PARAMETER: issuer.code})}"
