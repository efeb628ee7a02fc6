"""Characters that nobody sees, in what is read to find something: a code, a number, a log-in name.

They come along when text is copied from a chat, a web page or a PDF. A name keeps its own:
variation selectors say which 邉 is meant, so what looks for a name keeps those.
"""

import re
import unicodedata

_IGNORED = (
    "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
)
"""Of Unicode's Default_Ignorable_Code_Point (DerivedCoreProperties.txt) what is not in Cf, without
what ``_SELECTORS`` has."""

_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
"""Variation selectors."""

_FORMAT = "".join(chr(code) for code in range(0x1_0000) if unicodedata.category(chr(code)) == "Cf")
"""Category Cf below the astral planes: U+00AD, 200B-200F, 202A-202E, 2060-206F, FEFF and others."""

_CHARACTERS = f"\x00-\x08\x0e-\x1f\x7f-\x9f{_FORMAT}{_IGNORED}"
_UNSEEN = re.compile(f"[{_CHARACTERS}{_SELECTORS}]")
_UNSEEN_IN_NAMES = re.compile(f"[{_CHARACTERS}]")


def without_unseen(text: str) -> str:
    """``text`` without characters that have no shape of their own, control characters too. White
    space that can be seen stays."""
    return text if text.isascii() and text.isprintable() else _UNSEEN.sub("", text)


def without_unseen_in_name(text: str) -> str:
    """As ``without_unseen``, of a name or a part of one, to find it by: variation selectors stay,
    as they stay in the name that is kept."""
    return _UNSEEN_IN_NAMES.sub("", text)
