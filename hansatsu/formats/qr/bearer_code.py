"""Codes that are worth something to their holder: cards, gift codes, purchase codes.

A letter for the kind, 15 random characters of Crockford's base 32 (75 bits) and a check
character (Luhn mod 32), such as ``C7K2M-9XQ4T-…``. Only a keyed digest is ever stored.
"""

import secrets
from functools import lru_cache
from typing import Literal

from hansatsu.formats.qr import luhn
from hansatsu.formats.qr.keyed import Keyed
from hansatsu.formats.qr.putting_right import put_right

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: without I, L, O and U."""

LENGTH = 17
RANDOM = 15
GROUP = 4

Kind = Literal["C", "G", "P"]
CARD: Kind = "C"
GIFT: Kind = "G"
PURCHASE: Kind = "P"
KINDS = (CARD, GIFT, PURCHASE)

KEYS_KEPT = 8
"""The most keys of digests that are kept ready: an installation has the newest and a few older."""

_CHARACTERS = frozenset(ALPHABET)
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new_code(kind: Kind) -> str:
    """A fresh code of 17 characters that nobody can guess."""
    return seal_code(kind, "".join(secrets.choice(ALPHABET) for _ in range(RANDOM)))


def seal_code(kind: Kind, characters: str) -> str:
    """The code of 15 characters that are random already.

    Raises:
        ValueError: when they are not 15 of the alphabet.
    """
    if len(characters) != RANDOM or not set(characters) <= set(ALPHABET):
        raise ValueError("a code has 15 characters of Crockford's base 32")
    return kind + characters + luhn.check_character(kind + characters, ALPHABET)


def read_code(text: str) -> str | None:
    """The code in what was scanned or typed: small and full-width letters, hyphens, spaces,
    characters that nobody sees, and O, I and L for 0 and 1 are put right. None when it is not
    a code, or was mistyped."""
    code = text if _is_code(text) else spelled(text)
    return code if _is_code(code) and luhn.is_valid(code, ALPHABET) else None


def spelled(text: str) -> str:
    """``text`` as codes are written: capitals, none of which looks like a digit."""
    return put_right(text).upper().translate(_LOOKALIKES)


def grouped(code: str) -> str:
    """The code for print: groups of four, the check character with the last."""
    head, tail = code[: LENGTH - GROUP - 1], code[LENGTH - GROUP - 1 :]
    return "-".join([*(head[i : i + GROUP] for i in range(0, len(head), GROUP)), tail])


def digest(code: str, key: bytes) -> str:
    """What is stored of a code: its keyed HMAC-SHA-256, in hex."""
    return _keyed(key).digest(code.encode()).hex()


@lru_cache(KEYS_KEPT)
def _keyed(key: bytes) -> Keyed:
    return Keyed(key)


def _is_code(text: str) -> bool:
    return len(text) == LENGTH and text[0] in KINDS and _CHARACTERS.issuperset(text)
