"""What a till has read, told by the text alone: length, alphabet, pay number, check digit.

Nothing is looked up, so the answer tells nobody which codes exist; and a barcode of another app
or of a bottle is never taken for somebody's try to guess a code of ours.
"""

from collections.abc import Collection
from typing import Literal

from msgspec import Struct

from hansatsu.formats.qr import bearer_code
from hansatsu.formats.qr.pay_code import LENGTH, PayCode, prefix_of, read_pay_code
from hansatsu.formats.qr.putting_right import put_right

type Unread = Literal["foreign_code", "mistyped_code", "charge_code"]
"""``foreign_code``: not ours. ``mistyped_code``: begins as ours, and its length or its check digit
is wrong; a scanner makes no such mistake, so what was scanned is foreign then.
``charge_code``: a gift code or a purchase code, which pays nothing at a till."""

SLIPS = 2
"""So many characters too few or too many are a slip of the finger; more is another thing."""


class CardCode(Struct, frozen=True):
    """A card's code, as it is written; whether there is such a card is not said."""

    code: str


def code_prefixes(pay_number: int) -> tuple[str, ...]:
    """What the codes begin with that tills of an issuer with this pay number take: pay codes,
    cards. A till tells by them whose app it has before it."""
    return prefix_of(pay_number), bearer_code.CARD


def read_till_code(text: str, pay_numbers: Collection[int]) -> PayCode | CardCode | Unread:
    """What was read, for an issuer with these pay numbers: a pay code or a card's code of its
    form, or why it is neither."""
    pay_code = read_pay_code(text)
    if pay_code is not None and pay_code.pay_number in pay_numbers:
        return pay_code
    code = bearer_code.read_code(text)
    if code is not None:
        return CardCode(code) if code[0] == bearer_code.CARD else "charge_code"
    return "mistyped_code" if _begins_as_ours(text, pay_numbers) else "foreign_code"


def _begins_as_ours(text: str, pay_numbers: Collection[int]) -> bool:
    digits = put_right(text)
    if digits.isascii() and digits.isdecimal():
        is_ours = digits.startswith(tuple(prefix_of(each) for each in pay_numbers))
        return is_ours and abs(len(digits) - LENGTH) <= SLIPS
    letters = bearer_code.spelled(text)
    is_card = letters.startswith(bearer_code.CARD) and letters.isascii() and letters.isalnum()
    return is_card and abs(len(letters) - bearer_code.LENGTH) <= SLIPS
