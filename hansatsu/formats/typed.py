"""What all fields share: text as typed, and what comes of it."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from hansatsu.system.unseen import without_unseen

LONGEST: Final = 1_000
"""Characters of anything typed that are looked at."""

HYPHENS: Final = r"[-‐‑‒–—―−ー〜~\s]"
"""What keyboards give for the hyphen of a number, as a pattern."""

_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
"""Control characters, halves of characters, what is no character, and what turns the direction of
what stands after it. XML 1.0 (2.2) forbids most of them: no Excel file can hold them."""

_BREAKS = re.compile(r"[\t-\r\x1c-\x1f\x85\u2028\u2029]+")
_WIDE = re.compile(r"[\uff00-\uffef]+")


@dataclass(frozen=True, slots=True)
class Cleaned[Value]:
    """A field as it is kept, or ``error``: what is wrong and what to do. With an error the value
    is not to be kept."""

    value: Value
    error: str = ""


def seen(text: str) -> str:
    """``text`` on one line, without characters that nobody sees."""
    return _BREAKS.sub(" ", _UNSEEN.sub("", text))


def seen_lines(text: str) -> str:
    """``text`` of several lines, each without characters that nobody sees."""
    return "\n".join(seen(line) for line in re.split(r"\r\n?|\n", text))


def held(text: str) -> str:
    """``text`` as far as it is looked at, on one line, without characters that nobody sees."""
    return seen(text[:LONGEST])


def plain(text: str) -> str:
    """Text of letters and digits alone, with full-width ones made plain."""
    return unicodedata.normalize("NFKC", held(text)).strip()


def identifier(text: str) -> str:
    """What was typed or pasted to find something by: a login ID, a number, a code, a mail address.
    As ``plain``, without any character that has no shape; never for names, where a variation
    selector says which 邉 is meant."""
    return plain(without_unseen(text))


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
