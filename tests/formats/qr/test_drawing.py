"""Drawn codes are read back by a scanner's own software."""

import re
from collections.abc import Callable

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from hansatsu.formats.qr.drawing import QUIET_ZONE, barcode_svg, digits_qr_svg

DIGITS = "90011234567461192464"
SCALE = 3


def picture(svg: str) -> Image.Image:
    """The bars of the drawing as a browser would paint them."""
    size = re.search(r'viewBox="0 0 (\d+) (\d+)"', svg)
    assert size is not None
    width, height = (int(number) * SCALE for number in size.groups())
    image = Image.new("L", (width, height), "white")
    draw = ImageDraw.Draw(image)
    bars = re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)h-\d+Z", svg)
    assert bars
    for bar in bars:
        x, y, wide, high = (int(number) * SCALE for number in bar)
        draw.rectangle((x, y, x + wide - 1, y + high - 1), fill="black")
    return image


def test_a_scanner_reads_the_digits() -> None:
    (found,) = zxingcpp.read_barcodes(picture(barcode_svg(DIGITS)))
    assert found.text == DIGITS
    assert found.format == zxingcpp.BarcodeFormat.Code128


def test_a_scanner_reads_the_digits_in_the_qr_code() -> None:
    image = picture(digits_qr_svg(DIGITS))
    (found,) = zxingcpp.read_barcodes(image)
    assert found.text == DIGITS
    assert found.format == zxingcpp.BarcodeFormat.QRCode
    assert found.ec_level in {"M", "Q", "H"}
    assert image.width == (21 + 2 * QUIET_ZONE) * SCALE  # the smallest there is, white around it


def test_two_digits_a_symbol_and_white_at_either_side() -> None:
    image = picture(barcode_svg(DIGITS))
    # start, ten symbols and check of 11 modules, stop of 13, and ten modules of white twice
    assert image.width == (12 * 11 + 13 + 20) * SCALE
    for place in (*range(10 * SCALE), *range(image.width - 10 * SCALE, image.width)):
        assert image.getpixel((place, 20)) == 255


@pytest.mark.parametrize("drawing", [barcode_svg, digits_qr_svg])
def test_it_can_stand_in_a_page(drawing: Callable[[str], str]) -> None:
    svg = drawing(DIGITS)
    assert svg.startswith("<svg ")
    assert "style" not in svg
    assert not re.search(r"<svg[^>]* (width|height)=", svg)


def test_only_digits_are_drawn() -> None:
    with pytest.raises(ValueError, match="digits"):
        barcode_svg("<script>")
