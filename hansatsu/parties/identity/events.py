"""Recording what happens to accounts (OWASP ASVS 5, V16)."""

from hansatsu.parties import clock
from hansatsu.parties.identity.models.event import Event
from hansatsu.parties.identity.models.resident import Resident
from hansatsu.parties.issuers.models import Issuer


def record(
    issuer: Issuer,
    kind: str,
    *,
    resident: Resident | None = None,
    request_address: str = "",
    **detail: str | int | bool,
) -> None:
    """Record an event, in the caller's transaction.

    Args:
        issuer: whose site it happened on.
        kind: a short word, such as ``registered``.
        resident: whose account it is, when it is known and exists.
        request_address: the network address that it came from.
        detail: what else tells the event; no secret, and no personal data in full.
    """
    Event.objects.create(
        issuer=issuer,
        resident=resident,
        kind=kind,
        at=clock.now(),
        address=request_address[:45],
        detail=detail,
    )
