"""記号 and 番号 of ゆうちょ銀行 as branch, type and number, by which other banks pay there.

The bank's own rule: of a 記号 that begins with 1 (総合口座 and the like) the second and third digit
and 8 are the branch, and the 番号 loses its last digit, which is always 1; of one that begins with
0 (振替口座) the same two digits and 9 are the branch, and the 番号 stays. Zeros stand before it.
"""

import re
from typing import Final, Literal, NamedTuple

BANK: Final = "9900"
"""The number of ゆうちょ銀行."""

_SAVINGS: Final = re.compile(r"1([0-9]{2})[0-9]0")
_SAVINGS_NUMBER: Final = re.compile(r"([0-9]{1,7})1")
_GIRO: Final = re.compile(r"0([0-9]{2})[0-9]{2}")
_GIRO_NUMBER: Final = re.compile(r"[0-9]{1,6}")


class TransferAccount(NamedTuple):
    """``branch`` of 3 digits, ``type`` 1 普通 or 2 当座, ``number`` of 7 digits."""

    branch: str
    type: str
    number: str


def is_symbol(text: str) -> bool:
    """True when ``text`` has the five digits of a 記号, whether there is such a one or not."""
    return len(text) == 5 and text.isascii() and text.isdigit()


def transfer_account(symbol: str, number: str) -> TransferAccount | Literal["symbol", "number"]:
    """Where a transfer goes for 記号 ``symbol`` and 番号 ``number``, or which of them is wrong.

    A number that was converted before lacks the 1 at its end mostly, and is refused, rather than
    losing a second digit.
    """
    if savings := _SAVINGS.fullmatch(symbol):
        kept = _SAVINGS_NUMBER.fullmatch(number)
        found = TransferAccount(savings[1] + "8", "1", kept[1].zfill(7)) if kept else None
    elif giro := _GIRO.fullmatch(symbol):
        is_number = _GIRO_NUMBER.fullmatch(number)
        found = TransferAccount(giro[1] + "9", "2", number.zfill(7)) if is_number else None
    else:
        return "symbol"
    return found or "number"
