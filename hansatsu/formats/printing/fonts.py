"""The fonts that are printed with: BIZ UDPGothic, made to be read by everyone (universal design),
and Noto Sans JP for letters that it lacks, such as the 𠮷 of 𠮷田 (ADR 0141).

The front-end build brings them into ``fonts/`` beside this file (tools/build_frontend.py).
"""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import typst
from PIL import ImageFont

FOLDER = Path(__file__).parent / "fonts"
FAMILIES = {
    "BIZ UDPGothic": "BIZUDPGothic_400Regular.ttf",
    "Noto Sans JP": "NotoSansJP_400Regular.ttf",
}
"""In the order in which a letter is looked for in them (as ``templates/common.typ``)."""
NO_LETTER = "\U0010ffff"
"""A place that no letter ever has: it is drawn as fonts draw what they lack."""
VARIATION = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""Says which form the letter before it has; a font without that form draws its own."""


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
    if not FAMILIES.keys() <= set(found.families()):
        raise FontsMissingError(f"No fonts in {FOLDER}: run make set-up, or copy them there.")
    return found


def lacking(letters: Iterable[str]) -> set[str]:
    """Those that our fonts have no picture of, such as ☕ in a name: they would be empty boxes."""
    return {letter for letter in set(letters) if not _has(letter)}


@cache
def _has(letter: str) -> bool:
    if letter.isspace() or VARIATION.match(letter):
        return True
    return any(_drawn(letter, file) != _nothing(file) for file in FAMILIES.values())


@cache
def _nothing(file: str) -> bytes:
    return _drawn(NO_LETTER, file)


def _drawn(letter: str, file: str) -> bytes:
    return bytes(_measuring(file).getmask(letter))


@cache
def _measuring(file: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FOLDER / file, size=40)
