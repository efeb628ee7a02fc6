"""A picture that somebody sends and nobody vouches for, made into one that every page can show."""

import io
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from PIL import Image, ImageOps

LARGEST: Final = 1024 * 1024
"""Bytes of what is sent."""
MOST_PIXELS: Final = 8_000_000
"""Of what is sent, by its header: 32 MB once it is decoded."""
KINDS: Final = ("PNG", "JPEG")
"""No SVG: it may hold scripts."""
BOX: Final = (480, 144)
"""Pixels: four times the room in a page's header."""


class Fault(StrEnum):
    """Why a picture is not taken."""

    TOO_LARGE = "too_large"
    TOO_MANY_PIXELS = "too_many_pixels"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG without metadata; sizes in pixels."""

    png: bytes
    width: int
    height: int


def read_picture(data: bytes) -> Picture | Fault:
    """What ``data`` shows, upright, fitted into ``BOX`` and never enlarged.

    Only the header is read before size and kind are known to be good.
    """
    if len(data) > LARGEST:
        return Fault.TOO_LARGE
    try:
        with Image.open(io.BytesIO(data), formats=KINDS) as sent:
            if sent.width * sent.height > MOST_PIXELS:
                return Fault.TOO_MANY_PIXELS
            return _fitted(sent)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return Fault.TOO_MANY_PIXELS
    except Exception:  # decoders stumble over broken files in many ways
        return Fault.UNREADABLE


def _fitted(sent: Image.Image) -> Picture:
    shown = ImageOps.exif_transpose(sent).convert("RGBA")
    shown.thumbnail(BOX, Image.Resampling.LANCZOS)
    bare = Image.new("RGBA", shown.size)
    bare.paste(shown)
    file = io.BytesIO()
    bare.save(file, "PNG", optimize=True)
    return Picture(file.getvalue(), *bare.size)
