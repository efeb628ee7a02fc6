"""The fonts that are printed with: BIZ UDPGothic, made to be read by everyone (universal design).

The front-end build brings them into ``fonts/`` beside this file (tools/build_frontend.py).
"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import typst
from PIL import ImageFont

FOLDER = Path(__file__).parent / "fonts"
FAMILY = "BIZ UDPGothic"
REGULAR = "BIZUDPGothic_400Regular.ttf"
NO_LETTER = "\U0010ffff"
"""A place that no letter ever has: it is drawn as fonts draw what they lack."""


class FontsMissingError(RuntimeError):
    """The fonts were not brought into the package: a page would be set without its letters."""


@cache
def fonts() -> typst.Fonts:
    """Our fonts and no others: what a machine has beside them must not change a page.

    Raises:
        FontsMissingError: when the front end was not built.
    """
    found = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[FOLDER]
    )
    if FAMILY not in found.families():
        raise FontsMissingError(f"No fonts in {FOLDER}: run make set-up, or copy them there.")
    return found


def lacking(letters: Iterable[str]) -> set[str]:
    """Those that our fonts have no picture of, such as 𠮷 in a name: they would be empty boxes."""
    return {letter for letter in set(letters) if not _has(letter)}


@cache
def _has(letter: str) -> bool:
    return letter.isspace() or _drawn(letter) != _drawn(NO_LETTER)


def _drawn(letter: str) -> bytes:
    return bytes(_measuring().getmask(letter))


@cache
def _measuring() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FOLDER / REGULAR, size=40)
