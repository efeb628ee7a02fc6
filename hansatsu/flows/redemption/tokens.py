"""What was found, sealed for one resident, so that it can stand in an address: the code itself
never does."""

from dataclasses import dataclass
from typing import Final, Literal

from hansatsu.flows.redemption.lookup import Found
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.seals.tokens import SealedToken


@dataclass(frozen=True, slots=True)
class FoundBy:
    """What ``resident`` has found: a gift code or a card, by its id."""

    resident: int
    kind: Literal["gift", "card"]
    id: int


FOUND_TOKENS: Final = SealedToken(FoundBy, "hansatsu.taking", None, short=True)
"""What was found as texts; what they name says itself whether it can still be taken."""


def seal(resident: Resident, found: Found) -> str:
    """``found`` as signed text that fits in an address and opens for ``resident`` only."""
    return FOUND_TOKENS.seal(FoundBy(resident.pk, found.kind, found.id))


def unseal(resident: Resident, token: str) -> Found | None:
    """What is in a sealed text; None when it is another's, or we did not seal it."""
    opened = FOUND_TOKENS.open(token)
    if opened is None or opened.value.resident != resident.pk:
        return None
    return Found(opened.value.kind, opened.value.id)
