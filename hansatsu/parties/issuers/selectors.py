"""Finding issuers."""

from hansatsu.database.rows import rows_of
from hansatsu.parties.issuers.models import Issuer


def find_issuer(code: str) -> Issuer | None:
    """The issuer whose ``code`` stands in a URL, or None."""
    if not code.isalnum():
        return None
    found = rows_of(Issuer, "where t.code = %s", code)
    return found[0] if found else None
