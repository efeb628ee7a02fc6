"""What was found, sealed for one resident, so that it can stand in an address: the code itself
never does."""

from django.core import signing

from hansatsu.flows.redemption.lookup import Found
from hansatsu.parties.identity.models import Resident

SALT = "hansatsu.taking"


def seal(resident: Resident, found: Found) -> str:
    """``found`` as signed text that fits in an address and opens for ``resident`` only."""
    return signing.dumps([resident.pk, found.kind, found.id], salt=SALT)


def unseal(resident: Resident, token: str) -> Found | None:
    """What is in a sealed text; None when it is another's, or we did not seal it."""
    try:
        whose, kind, number = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return Found(kind, number) if whose == resident.pk else None
