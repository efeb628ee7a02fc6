"""A poster's address: ours leads to the shop, anything else leads nowhere."""

import io

import pytest
import segno
import zxingcpp
from PIL import Image

from hansatsu.formats.qr.drawing import qr_svg
from hansatsu.formats.qr.poster import poster_url, read_poster_url

SITE = "https://pay.example.jp"


def read(text: str) -> str | None:
    return read_poster_url(text, site_urls={SITE}, issuer_code="OEM202303")


def test_a_poster_of_ours() -> None:
    assert read(poster_url(SITE, "OEM202303", "S0001")) == "S0001"
    assert read("https://pay.example.jp/OEM202303/pay/S0001/?utm=x#y") == "S0001"


@pytest.mark.parametrize(
    "text",
    [
        "https://pay.example.jp/OEM202011/pay/S0001",
        "https://evil.example/OEM202303/pay/S0001",
        "https://pay.example.jp.evil.example/OEM202303/pay/S0001",
        "https://pay.example.jp@evil.example/OEM202303/pay/S0001",
        "http://pay.example.jp/OEM202303/pay/S0001",
        "https://pay.example.jp/OEM202303/pay/",
        "https://pay.example.jp/OEM202303/pay/../logout",
        "https://pay.example.jp/OEM202303/pay/S0001/x",
        "https://[broken",
        "javascript:alert(1)",
        "",
    ],
)
def test_everything_else_is_not(text: str) -> None:
    assert read(text) is None


def test_the_drawing_is_safe_in_a_page_and_can_be_read() -> None:
    address = poster_url(SITE, "OEM202303", "S0001")
    svg = qr_svg(address)
    assert svg.startswith("<svg")
    assert "style=" not in svg
    assert "<script" not in svg
    png = io.BytesIO()
    segno.make(address, error="m", micro=False).save(png, kind="png", scale=4)
    (found,) = zxingcpp.read_barcodes(Image.open(png).convert("L"))
    assert found.text == address
