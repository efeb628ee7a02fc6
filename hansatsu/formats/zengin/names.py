"""A name as banks read it in a transfer (domain.md §2): half-width kana without small ones, capital
letters, digits and ``( ) - .``; what was made of which character, and what does not fit.

Never cut: a transfer to half a name comes back, or goes to somebody else.
"""

import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

from hansatsu.formats.zengin.legal_forms import shorten
from hansatsu.system.unseen import without_unseen

type Kind = Literal["legal_form", "small", "dash", "dot", "wo", "hiragana", "capital"]

PAYEE: Final = 30
"""Bytes of a payee's name in a transfer; a voicing mark is one of its own."""

MARKS: Final = "ﾞﾟ"
"""Of voicing: they belong to the kana before them."""

_KANA: Final = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝ"
_PLAIN: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ()-."
LETTERS: Final = frozenset(_KANA + MARKS + _PLAIN)
"""All that may stand in a name."""

_HALF: Final = {unicodedata.normalize("NFKC", sign): sign for sign in _KANA} | {
    "\u3099": "ﾞ",
    "\u309a": "ﾟ",
}
_SMALL: Final = dict(zip("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ", strict=True))
_DASHES: Final = "ー‐‑‒–—―−"
_FREE_MARKS: Final = str.maketrans({"゛": "\u3099", "゜": "\u309a"})
"""Voicing marks that stand alone, which NFKC would set apart from their kana by a blank."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """What was ``written``, and what the bank reads instead. Full width made half is not told."""

    kind: Kind
    written: str
    read: str


@dataclass(frozen=True, slots=True)
class BankName:
    """A name as read by a bank.

    Attributes:
        text: in ``LETTERS``, without what is in ``unfit``.
        conversions: each once, in the order in which they come.
        unfit: the characters that a transfer cannot have, each once.
    """

    text: str
    conversions: tuple[Conversion, ...]
    unfit: str

    def fits(self, longest: int = PAYEE) -> bool:
        """True when it can stand in a field of ``longest`` bytes as it is."""
        return bool(self.text) and not self.unfit and len(self.text) <= longest


def read_name(written: str) -> BankName:
    """``written`` as banks read it, whatever its Unicode form. Never cut."""
    plain = unicodedata.normalize("NFKC", without_unseen(written).translate(_FREE_MARKS))
    shortened, forms = shorten(" ".join(plain.split()))
    conversions = [Conversion("legal_form", form.written, _half(form.short)) for form in forms]
    text, unfit = [], []
    for sign in shortened:
        conversion = _converted(sign)
        read = conversion.read if conversion else _half(sign)
        if not read:
            unfit.append(sign)
        elif conversion:
            conversions.append(conversion)
        text.append(read)
    return BankName("".join(text), tuple(dict.fromkeys(conversions)), "".join(dict.fromkeys(unfit)))


def _converted(sign: str) -> Conversion | None:
    """What is made of one character in NFKC beyond its half-width form."""
    if "ぁ" <= sign <= "ゖ":
        kana = chr(ord(sign) + ord("ァ") - ord("ぁ"))
        further = _converted(kana)
        read = further.read if further else _half(kana)
        return Conversion(further.kind if further else "hiragana", sign, read) if read else None
    if sign in _SMALL:
        return Conversion("small", sign, _half(_SMALL[sign]))
    if sign in _DASHES:
        return Conversion("dash", sign, "-")
    if sign == "・":
        return Conversion("dot", sign, ".")
    if sign == "ヲ":
        return Conversion("wo", sign, "ｵ")
    if "a" <= sign <= "z":
        return Conversion("capital", sign, sign.upper())
    return None


def _half(text: str) -> str:
    """Letters of transfers for ``text``; empty when one of them has none."""
    halves = [_half_of(part) for part in unicodedata.normalize("NFKD", text)]
    return "" if "" in halves else "".join(halves)


def _half_of(part: str) -> str:
    return part if part in _PLAIN else _HALF.get(part, "")
