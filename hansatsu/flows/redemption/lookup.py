"""Whose code it is that a resident scanned or typed, with guesses limited.

A code that nobody has, one that was voided and one that somebody else has used get the same
answer and count as guesses, by account and by address. What cannot be a code at all does not
count: its check character is wrong, so it is a slip and never a lucky guess.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from django.db import transaction

from hansatsu.formats.qr import bearer_code
from hansatsu.parties.cards.models import Card, CardState
from hansatsu.parties.cards.services import find_card_in_any_state
from hansatsu.parties.gifts.models import GiftCode, GiftState
from hansatsu.parties.gifts.services import find_gift
from hansatsu.parties.identity.guess_alarms import masked_address
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.identity.throttle import Count, Limit, Try, count_try, forgive, from_address
from hansatsu.parties.issuers.alarms import raise_alarm

GUESSES = Limit(
    free=5,
    first_wait=timedelta(minutes=1),
    longest_wait=timedelta(hours=1),
    forgotten_after=timedelta(days=1),
)
"""Of one account. A right code does not clear them: otherwise its holder could guess for ever."""

ALARM = "違う番号が続いたため、チャージ (QRコード) を一時的に止めました。"
"""For staff, who read Japanese."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a code belongs to: a gift code or a card, by its id."""

    kind: Literal["gift", "card"]
    id: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of a code. ``not_a_code``: it has a wrong form. ``purchase_code``: it is one,
    and is used when buying. ``wait_seconds`` come with ``too_many``."""

    outcome: Literal["found", "unknown", "not_a_code", "purchase_code", "too_many"]
    found: Found | None = None
    wait_seconds: int = 0


def read(resident: Resident, text: str, *, address: str) -> Reading:
    """Find what ``resident`` has scanned or typed at a network ``address``."""
    code = bearer_code.read_code(text)
    if code is None:
        return Reading("not_a_code")
    if code.startswith(bearer_code.PURCHASE):
        return Reading("purchase_code")
    attempt = count_try(Count(_account(resident), GUESSES), *from_address(address))
    if attempt.wait_seconds:
        return Reading("too_many", wait_seconds=attempt.wait_seconds)
    found = _find(resident, code)
    if found is None:
        _warn(resident, attempt, address)
        return Reading("unknown")
    forgive(attempt)
    return Reading("found", found)


def _find(resident: Resident, code: str) -> Found | None:
    if code.startswith(bearer_code.CARD):
        card = find_card_in_any_state(resident.issuer, code)
        return Found("card", card.pk) if card is not None and _may_see(card, resident) else None
    gift = find_gift(resident.issuer, code)
    return Found("gift", gift.pk) if gift is not None and _is_theirs(gift, resident) else None


def _may_see(card: Card, resident: Resident) -> bool:
    return card.state == CardState.ISSUED or card.taken_by_id == resident.pk


def _is_theirs(gift: GiftCode, resident: Resident) -> bool:
    return gift.state == GiftState.READY or gift.taken_by_id == resident.pk


def _account(resident: Resident) -> str:
    return f"taking:{resident.pk}"


def _warn(resident: Resident, attempt: Try, address: str) -> None:
    """Tell the issuer of whom a limit has just stopped."""
    place = f"address:{masked_address(address)}"
    subjects = {
        resident.actor if reached == _account(resident) else place for reached in attempt.reached
    }
    with transaction.atomic():
        for subject in sorted(subjects):
            raise_alarm(resident.issuer, kind="wrong_gift_codes", subject=subject, text=ALARM)
