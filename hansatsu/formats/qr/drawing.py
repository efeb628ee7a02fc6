"""Drawing QR codes and barcodes."""

import io
import re
from typing import Literal

import segno
import zxingcpp

QUIET_ZONE = 4  # modules of white around a QR code, as the standard asks

SIZE = re.compile(r'<svg width="(\d+)" height="(\d+)"')
DARK = re.compile(r'<path d="([\dMhvZ .-]+)"')
"""What is taken out of the drawing of zxing-cpp, which is a whole document."""


def qr_svg(text: str) -> str:
    """``text`` as an SVG element without a size of its own, to stand in a page.

    Error correction M: a poster is creased and splashed.
    """
    code = segno.make(text, error="m", micro=False)
    return code.svg_inline(omitsize=True, border=QUIET_ZONE, svgclass="qr", lineclass=None)


def qr_picture(text: str, error: Literal["l", "m", "q", "h"] = "m") -> str:
    """``text`` as a whole SVG document, for print. ``error`` is how much of it may be damaged."""
    drawn = io.BytesIO()
    segno.make(text, error=error, micro=False).save(
        drawn, kind="svg", xmldecl=False, border=QUIET_ZONE, svgclass=None, lineclass=None
    )
    return drawn.getvalue().decode()


def digits_qr_svg(digits: str) -> str:
    """Digits as a QR code like ``qr_svg``'s, drawn ten times as fast: a pay code is drawn for
    every page.

    Raises:
        ValueError: when they are not digits.
    """
    width, height, squares = _draw(digits, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    return (
        f'<svg viewBox="0 0 {width} {height}" class="qr" shape-rendering="crispEdges">'
        f'<path d="{squares}"/></svg>'
    )


def barcode_svg(digits: str) -> str:
    """Digits as a Code 128 barcode with its white at either side: an SVG element without a size
    of its own, that may be stretched. An even number of them stands in code set C, two digits a
    symbol.

    Raises:
        ValueError: when they are not digits.
    """
    width, height, bars = _draw(digits, zxingcpp.BarcodeFormat.Code128)
    return (
        f'<svg viewBox="0 0 {width} {height}" class="barcode" preserveAspectRatio="none"'
        ' shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{width}v{height}h-{width}z"/><path d="{bars}"/></svg>'
    )


def _draw(digits: str, kind: zxingcpp.BarcodeFormat, **options: str) -> tuple[str, str, str]:
    """Width, height and the path of the dark parts, white around them included."""
    if not (digits.isascii() and digits.isdecimal()):
        raise ValueError("a pay code is made of digits")
    drawn = zxingcpp.create_barcode(digits, kind, **options).to_svg()
    size = SIZE.search(drawn)
    dark = DARK.search(drawn)
    if size is None or dark is None:
        raise RuntimeError("zxing-cpp draws barcodes in another way than it did")
    return size[1], size[2], dark[1]
