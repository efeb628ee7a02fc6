"""What does not matter in a code that was typed, pasted or scanned."""

import unicodedata

from hansatsu.system.unseen import without_unseen

DASHES = frozenset("\u2212\u30fc")
"""A minus sign, and the long vowel mark that a Japanese keyboard gives for a hyphen."""


def put_right(text: str) -> str:
    """``text`` with full-width letters made plain, without spaces, hyphens, and characters that
    nobody sees."""
    if text.isascii() and text.isalnum():
        return text  # as scanners give it: there is nothing to put right
    return "".join(
        letter
        for letter in unicodedata.normalize("NFKC", without_unseen(text))
        if not letter.isspace() and unicodedata.category(letter) != "Pd" and letter not in DASHES
    )
