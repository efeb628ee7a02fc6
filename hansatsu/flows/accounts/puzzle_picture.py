"""Drawing パズル認証: a picture with a hole, and the piece that fills it.

The picture is a made-up landscape with enough in it that a hole is seen at a glance, and every
one is different.
"""

import secrets
from base64 import b64encode
from dataclasses import dataclass
from io import BytesIO
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter

WIDTH = 320
HEIGHT = 160
PIECE = 60
KNOB = 9
SMOOTH = 4
"""The mask is drawn so many times larger, then shrunk: smooth edges."""

SKIES = [((247, 214, 160), (233, 140, 110)), ((196, 224, 240), (120, 170, 210))]
SKIES += [((214, 232, 214), (140, 190, 180)), ((240, 220, 230), (180, 150, 200))]
HILLS = [(38, 84, 80), (70, 110, 70), (58, 78, 120), (110, 80, 60), (96, 62, 92)]
THINGS = [(200, 55, 45), (250, 247, 240), (234, 180, 60), (29, 58, 92), (31, 107, 74)]


@dataclass(frozen=True, slots=True)
class Drawn:
    """Both pictures as ``data:`` addresses, equally high: the piece only moves sideways."""

    picture: str
    piece: str


def draw(target: int) -> Drawn:
    """A puzzle whose piece belongs ``target`` pixels from the left."""
    chance = Random(secrets.randbits(64))  # noqa: S311 - beauty; the target comes from elsewhere
    landscape = _landscape(chance)
    mask = _mask(chance)
    top = chance.randrange(14, HEIGHT - PIECE - 14)
    box = (target, top, target + PIECE, top + PIECE)
    piece = landscape.crop(box).convert("RGBA")
    piece.putalpha(mask)
    _edge(piece, mask)
    _cut(landscape, mask, box)
    return Drawn(
        picture=_address(landscape, "WEBP", quality=72),
        piece=_address(_at_height(piece, top), "WEBP", quality=85),
    )


def _landscape(chance: Random) -> Image.Image:
    picture = Image.linear_gradient("L").resize((WIDTH, HEIGHT)).convert("RGB")
    light, deep = chance.choice(SKIES)
    sky = Image.composite(
        Image.new("RGB", picture.size, deep),
        Image.new("RGB", picture.size, light),
        picture.convert("L"),
    )
    pen = ImageDraw.Draw(sky)
    sun = chance.randrange(20, WIDTH - 60)
    pen.ellipse((sun, 12, sun + 40, 52), fill=chance.choice(THINGS[:3]))
    for layer in range(4):
        _hills(pen, chance, 60 + layer * 24)
    for _ in range(26):
        _thing(pen, chance)
    return sky.filter(ImageFilter.GaussianBlur(0.6))


def _hills(pen: ImageDraw.ImageDraw, chance: Random, height: int) -> None:
    points = [(x, height + chance.randrange(-18, 18)) for x in range(0, WIDTH + 33, 32)]
    colour = chance.choice(HILLS)
    shade = tuple(min(255, part + chance.randrange(-12, 30)) for part in colour)
    pen.polygon([*points, (WIDTH, HEIGHT), (0, HEIGHT)], fill=shade)


def _thing(pen: ImageDraw.ImageDraw, chance: Random) -> None:
    x, y = chance.randrange(WIDTH), chance.randrange(30, HEIGHT)
    size = chance.randrange(6, 22)
    colour = chance.choice(THINGS)
    if chance.random() < 0.5:
        pen.ellipse((x, y, x + size, y + size), fill=colour)
    else:
        pen.polygon([(x, y + size), (x + size // 2, y - size // 2), (x + size, y + size)], colour)


def _mask(chance: Random) -> Image.Image:
    """The outline of a jigsaw piece: a square with knobs and dents."""
    side = PIECE * SMOOTH
    knob = KNOB * SMOOTH
    mask = Image.new("L", (side, side), 0)
    pen = ImageDraw.Draw(mask)
    pen.rounded_rectangle((knob, knob, side - knob, side - knob), radius=knob // 2, fill=255)
    middle = side // 2
    radius = knob - 2 * SMOOTH  # so that the outline stays within the picture
    for x, y in [(middle, knob), (side - knob, middle), (middle, side - knob), (knob, middle)]:
        fill = 255 if chance.random() < 0.6 else 0
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill)
    return mask.resize((PIECE, PIECE), Image.Resampling.LANCZOS)


def _at_height(piece: Image.Image, top: int) -> Image.Image:
    strip = Image.new("RGBA", (PIECE, HEIGHT), (0, 0, 0, 0))
    strip.paste(piece, (0, top))
    return strip


def _edge(piece: Image.Image, mask: Image.Image) -> None:
    outline = _outline(mask)
    piece.paste(Image.new("RGBA", piece.size, (255, 255, 255, 255)), mask=outline)


def _cut(landscape: Image.Image, mask: Image.Image, box: tuple[int, int, int, int]) -> None:
    under = landscape.crop(box)
    dark = ImageEnhance.Brightness(ImageEnhance.Color(under).enhance(0.3)).enhance(0.35)
    landscape.paste(dark, box, mask)
    landscape.paste(Image.new("RGB", (PIECE, PIECE), "white"), box, _outline(mask))


def _outline(mask: Image.Image) -> Image.Image:
    return ImageChops.subtract(mask, mask.filter(ImageFilter.MinFilter(5)))


def _address(image: Image.Image, form: str, quality: int) -> str:
    file = BytesIO()
    image.save(file, form, quality=quality)
    return f"data:image/{form.lower()};base64,{b64encode(file.getvalue()).decode()}"
