"""The address at which an issuer's staff log in: the issuer stands in it (ADR 0130)."""

from urllib.parse import urlencode

from django.conf import settings

from hansatsu.parties.issuers.models import Issuer

PARAMETER = "issuer"


def log_in_address(page: str, issuer: Issuer) -> str:
    """Where the staff of ``issuer`` log in, whole. ``page`` is the log-in page's path."""
    return f"{settings.SITE_URL}{page}?{urlencode({PARAMETER: issuer.code})}"
