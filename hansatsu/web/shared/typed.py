"""Reading what people type: full-width digits and letters, commas, spaces, 円 and ¥."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from hansatsu.formats.typed import LONGEST, identifier, plain

__all__ = [
    "LARGEST",
    "LONGEST",
    "OF_AMOUNTS",
    "TypedAmount",
    "amount_words",
    "identifier",
    "plain",
    "read_amount",
]

LARGEST = 9_999_999  # yen; more is a slip of the finger, not a purchase in town
OF_AMOUNTS = re.compile(r"[0-9０-９,，¥￥円\s]*")
"""What amounts are written with; plain() would turn other signs into digits, such as ²."""


@dataclass(frozen=True, slots=True)
class TypedAmount:
    """An amount as typed: ``yen``, or what is wrong with it."""

    yen: int | None
    error: str = ""


def amount_words() -> dict[str, str]:
    """What is said of a text that is no amount, by what is wrong with it; for pages whose script
    reads amounts by the same rule (``frontend/helpers/amount.ts``)."""
    return {
        "empty": _("金額を入力してください。"),
        "not_digits": _("金額は数字だけで入力してください。"),
        "zero": _("1円以上の金額を入力してください。"),
        "too_large": _("金額が大きすぎます。もう一度ご確認ください。"),
    }


def read_amount(text: str) -> TypedAmount:
    """An amount in yen, or a sentence that says what to do. The till's script has the same rule,
    and one table of examples tests both."""
    digits = re.sub(r"[,\s]", "", plain(text).strip("¥円"))
    if not digits:
        return _wrong("empty")
    if not (digits.isascii() and digits.isdecimal() and OF_AMOUNTS.fullmatch(text)):
        return _wrong("not_digits")
    digits = digits.lstrip("0")
    if not digits:
        return _wrong("zero")
    if len(digits) > len(str(LARGEST)):
        return _wrong("too_large")
    return TypedAmount(int(digits))


def _wrong(why: str) -> TypedAmount:
    return TypedAmount(None, amount_words()[why])
