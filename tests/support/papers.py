"""Reading PDF files back: their text, their fonts, how they look, the codes on them."""

import ctypes

import pypdfium2 as pdfium
import pypdfium2.raw as raw
import zxingcpp
from PIL import Image

DOTS_PER_POINT = 150 / 72


def text_of(pdf: bytes) -> str:
    """All the text that can be selected, page after page."""
    return "\n".join(page.get_textpage().get_text_range() for page in pdfium.PdfDocument(pdf))


def fonts_of(pdf: bytes) -> dict[str, bool]:
    """The names of the fonts that letters are drawn with, and whether each is in the file."""
    found = {}
    for page in pdfium.PdfDocument(pdf):
        for part in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
            font = raw.FPDFTextObj_GetFont(part.raw)
            name = ctypes.create_string_buffer(200)
            raw.FPDFFont_GetBaseFontName(font, name, len(name))
            found[name.value.decode().partition("+")[2]] = raw.FPDFFont_GetIsEmbedded(font) == 1
    return found


def pictures_of(pdf: bytes) -> list[Image.Image]:
    """The pages as a printer would lay them down."""
    return [
        page.render(scale=DOTS_PER_POINT).to_pil().convert("L") for page in pdfium.PdfDocument(pdf)
    ]


def codes_of(pdf: bytes) -> list[list[str]]:
    """The texts of the QR codes on each page, from the top left to the bottom right."""
    return [
        [
            code.text
            for code in sorted(
                zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode),
                key=lambda code: (code.position.top_left.y // 50, code.position.top_left.x),
            )
        ]
        for picture in pictures_of(pdf)
    ]
