"""Finding issuers."""

from hansatsu.parties.issuers.models import Issuer


def find_issuer(code: str) -> Issuer | None:
    """The issuer whose ``code`` stands in a URL, or None."""
    return Issuer.objects.filter(code=code).first() if code.isalnum() else None
