"""Purchase codes that were made elsewhere: how they are spelled, and which are too easy to guess.

They are kept and found as ours are, under their keyed digest. Ours have 75 random bits; of others
nobody knows how they were made, so what can be seen of a bad way is refused: short ones, digits
alone (which Excel rounds, too), few different characters, and codes of one file that differ in
their ends alone, as those that are counted up do.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from django.utils.translation import gettext as _

from hansatsu.formats.qr import bearer_code

SHORTEST: Final = 12
"""Of capitals and digits: 60 bits when they are random. Guesses are counted beside."""
LONGEST: Final = 32
DIFFERENT: Final = 6
"""Characters, at least."""
FREE: Final = 3
"""Places at one end: two codes of a file must differ elsewhere, too."""

_SPELLED = re.compile(f"[0-9A-Z]{{{SHORTEST},{LONGEST}}}")


def read_foreign(text: str) -> str | None:
    """The code in what was typed or stands in a file: hyphens and spaces are dropped, small and
    full-width letters, O, I and L put right, as in ours. None when it cannot be one."""
    code = bearer_code.spelled(text)
    return code if _SPELLED.fullmatch(code) else None


def weakness(code: str) -> str:
    """Why a code that ``read_foreign`` has read is not taken, or nothing."""
    ours = bearer_code.read_code(code)
    if ours is not None:
        is_purchase = ours.startswith(bearer_code.PURCHASE)
        return "" if is_purchase else _("カードかギフトコードの形です。購入コードにはできません。")
    if code.isdecimal():
        return _("数字だけのコードは使えません。英字をふくむコードにしてください。")
    if len(set(code)) < DIFFERENT:
        return _("推測されやすいコードです。%(least)d種類以上の文字が必要です。") % {
            "least": DIFFERENT
        }
    return ""


def too_alike(codes: Sequence[str]) -> set[str]:
    """Those of a file that differ from another in their last or first characters alone, as codes
    do that are counted up: anyone who has one knows the next."""
    ends = _neighbours(codes)
    starts = _neighbours([code[::-1] for code in codes])
    return ends | {code[::-1] for code in starts}


def _neighbours(codes: Sequence[str]) -> set[str]:
    """Sorted among those as long, the ones that share most from the start on stand side by side."""
    found: set[str] = set()
    for one, other in pairwise(sorted(set(codes), key=lambda code: (len(code), code))):
        if len(one) == len(other) and one[:-FREE] == other[:-FREE]:
            found |= {one, other}
    return found
