"""What all fields share: text as typed, and what comes of it."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

LONGEST: Final = 1_000
"""Characters of anything typed that are looked at."""

HYPHENS: Final = r"[-‐‑‒–—―−ー〜~\s]"
"""What keyboards give for the hyphen of a number, as a pattern."""

_WIDE = re.compile(r"[\uff00-\uffef]+")


@dataclass(frozen=True, slots=True)
class Cleaned[Value]:
    """A field as it is kept, or ``error``: what is wrong and what to do. With an error the value
    is not to be kept."""

    value: Value
    error: str = ""


def held(text: str) -> str:
    """``text`` as far as it is looked at, without what no database takes."""
    return text[:LONGEST].replace("\0", "")


def plain(text: str) -> str:
    """Text of letters and digits alone, with full-width ones made plain."""
    return unicodedata.normalize("NFKC", held(text)).strip()


def narrowed(text: str) -> str:
    """Text with full-width letters and digits made plain, half-width katakana made whole, and one
    space between words.

    Nothing else is touched: normalising all would make other characters of 神 and its like in
    names.
    """
    text = _WIDE.sub(lambda wide: unicodedata.normalize("NFKC", wide[0]), held(text))
    return " ".join(text.split())


def within(text: str, longest: int) -> Cleaned[str]:
    """``text``, unless it has more characters than ``longest``."""
    if len(text) > longest:
        return Cleaned(text, _("%(longest)d文字以内で入力してください。") % {"longest": longest})
    return Cleaned(text)
