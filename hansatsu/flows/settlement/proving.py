"""What anybody may ask: whether a leaf stands in a closing of an issuer. Nothing else is told.

Wrong ones are counted by network address: the answer is of no use to who guesses, and the asking
must cost the town nothing.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from django.db.models import QuerySet

from hansatsu.flows.settlement.leaf import PROVING_BYTES
from hansatsu.flows.settlement.models import Statement
from hansatsu.formats.qr.luhn import is_valid
from hansatsu.parties.identity.throttle import count_try, forgive, from_address
from hansatsu.parties.issuers.models import Issuer

KIND: Final = "proof"
DIGITS: Final = re.compile("[0-9]{30}")


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether it stands there. ``wrong``: the digits were copied wrongly, which they show by
    themselves. ``unknown``: there is no such statement. ``wait_seconds`` come with ``too_many``."""

    outcome: Literal["stands", "unknown", "wrong", "too_many"]
    closing_number: int = 0
    leaf: bytes = b""
    last_day: date | None = None
    wait_seconds: int = 0


def prove(issuer: Issuer, closing_number: int, leaf: bytes, *, address: str) -> Proof:
    """Whether ``leaf`` stands in the issuer's closing of this number; asked from ``address``."""
    found = Statement.objects.of(issuer).filter(closing__number=closing_number, leaf=leaf)
    return _looked_up(found, address)


def prove_digits(issuer: Issuer, typed: str, *, address: str) -> Proof:
    """As ``prove``, of the line of digits on a statement, blanks and hyphens left aside."""
    digits = re.sub(r"[\s-]", "", typed)
    if not DIGITS.fullmatch(digits) or not is_valid(digits):
        return Proof("wrong")
    number = int(digits[:-1])
    if number >= 1 << 8 * PROVING_BYTES:
        return Proof("unknown")
    first = number.to_bytes(PROVING_BYTES)
    # an upper end of the index: longer than any leaf that begins so
    last = first + b"\xff" * 32
    found = Statement.objects.of(issuer).filter(leaf__gte=first, leaf__lte=last)
    return _looked_up(found, address)


def _looked_up(found: "QuerySet[Statement]", address: str) -> Proof:
    attempt = count_try(*from_address(address, KIND))
    if attempt.wait_seconds:
        return Proof("too_many", wait_seconds=attempt.wait_seconds)
    statement = found.select_related("closing").first()
    if statement is None:
        return Proof("unknown")
    forgive(attempt)
    closing = statement.closing
    return Proof("stands", closing.number, bytes(statement.leaf), closing.last_day)
