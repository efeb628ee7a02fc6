"""Whose staff logs in: the issuer that stands in the address which they were given (ADR 0130)."""

from django.http import HttpRequest

from hansatsu.parties.issuers.log_in import PARAMETER
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.issuers.selectors import find_issuer


def asked_issuer(request: HttpRequest) -> Issuer | None:
    """The issuer of the page's address, or of the form that it held; None when it was not told."""
    told = request.POST if request.method == "POST" else request.GET
    return find_issuer(told.get(PARAMETER, ""))
