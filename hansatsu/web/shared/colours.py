"""An issuer's two colours, made readable: contrast is kept by the software (WCAG 2.2, 1.4.3)."""

from dataclasses import dataclass

READABLE = 4.5  # AA
READABLE_AT_NIGHT = 7.0  # AAA: a dark colour only just readable on dark paper looks dull
WHITE = (255, 255, 255)
BLACK = (0, 0, 0)
WASHI = (250, 247, 240)  # --washi, the lightest ground that coloured text stands on
DARK_PAPER = (35, 33, 29)  # --paper in the dark
STEPS = 100

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Shades:
    """One colour in its uses, as ``#rrggbb``: a ground for white text, the same when pressed,
    and text on paper by day and by night."""

    ground: str
    deep: str
    ink: str
    night_ink: str


def shades(colour: str) -> Shades:
    """The shades of an issuer's ``#rrggbb``."""
    parsed = parse(colour)
    ground = readable(parsed, WHITE, towards=BLACK)
    return Shades(
        ground=write(ground),
        deep=write(mix(ground, BLACK, 0.18)),
        ink=write(readable(parsed, WASHI, towards=BLACK)),
        night_ink=write(readable(parsed, DARK_PAPER, towards=WHITE, ratio=READABLE_AT_NIGHT)),
    )


def readable(
    colour: Colour, against: Colour, *, towards: Colour, ratio: float = READABLE
) -> Colour:
    """``colour``, moved towards black or white no more than it takes to be read on ``against``."""
    for step in range(STEPS):
        moved = mix(colour, towards, step / STEPS)
        if contrast(moved, against) >= ratio:
            return moved
    return towards


def contrast(one: Colour, other: Colour) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: Colour) -> float:
    """Relative luminance (WCAG), 0 to 1."""
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def mix(colour: Colour, other: Colour, share: float) -> Colour:
    """``colour`` with ``share`` (0 to 1) of ``other`` in it."""
    red, green, blue = (
        round(mine + (theirs - mine) * share) for mine, theirs in zip(colour, other, strict=True)
    )
    return red, green, blue


def parse(colour: str) -> Colour:
    """``#rrggbb`` as numbers."""
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue


def write(colour: Colour) -> str:
    """Numbers as ``#rrggbb``."""
    return "#" + bytes(colour).hex()


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
