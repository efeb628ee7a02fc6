"""The issuer's logo: what is taken, how it is served, and where it stands in for the seal."""

import io
import struct
import zlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from hansatsu.formats.pictures import LARGEST, Fault, Picture, read_picture
from hansatsu.parties.issuers.models import AuditEntry, Issuer, Logo
from tests.support.clerks import Desk
from tests.support.clients import Visitor, words
from tests.support.tills import Till
from tests.town import Town, make_town


def picture(kind: str = "PNG", size: tuple[int, int] = (960, 288), **more: Any) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "#2a6f4e").save(file, kind, **more)
    return file.getvalue()


def header_only(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds nothing of it."""
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    chunk = struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))
    data = b"IDAT" + zlib.compress(b"\0" * 100)
    filled = struct.pack(">I", len(data) - 4) + data + struct.pack(">I", zlib.crc32(data))
    return b"\x89PNG\r\n\x1a\n" + chunk + filled


def send(desk: Desk, data: bytes | None, **fields: str) -> HttpResponse:
    form: dict[str, Any] = {"reason": "年度替わり", **fields}
    if data is not None:
        form["picture"] = SimpleUploadedFile("logo.png", data, "image/png")
    return desk.post("settings/logo/", form)


def state(town: Town) -> Any:
    issuer = Issuer.objects.filter(pk=town.issuer.pk).values().get()
    acts = AuditEntry.objects.of(town.issuer).exclude(act="log_in").count()
    return issuer, [bytes(each.png) for each in Logo.objects.of(town.issuer)], acts


def address(town: Town) -> str:
    issuer = Issuer.objects.get(pk=town.issuer.pk)
    return f"/{issuer.code}/logo/{issuer.logo}.png"


def test_a_logo_stands_in_for_the_seal(town: Town, desk: Desk) -> None:
    visitor = Visitor(town.issuer)
    assert 'class="seal"' in words(visitor.get("contact/"))
    assert send(desk, picture()).status_code == 303
    till = Till(town.shop)
    till.post("lock/")
    for page in (words(visitor.get("contact/")), words(till.get("pin/"))):
        assert f'<img class="logo" src="{address(town)}" width="480" height="144"' in page
        assert 'class="seal"' not in page
    assert 'alt="小山市共通商品券"' in words(visitor.get("contact/"))
    assert address(town) in words(desk.get("settings/logo/"))
    assert "480×144ピクセル" in words(desk.get("settings/"))
    act = AuditEntry.objects.of(town.issuer).filter(act="issuer_logo").get()
    digest = Issuer.objects.get(pk=town.issuer.pk).logo
    assert (act.reason, act.before, act.after) == (
        "年度替わり",
        {"logo": None},
        {"logo": digest},
    )
    assert "ロゴの変更" in words(desk.get("auditentry/"))


def test_a_logo_is_served_for_ever_under_what_it_shows(town: Town, desk: Desk) -> None:
    send(desk, picture("JPEG", (100, 200)))
    first = address(town)
    answer = Client().get(first)
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in answer["Cache-Control"]
    assert "img-src 'self'" in answer["Content-Security-Policy"]
    shown = Image.open(io.BytesIO(answer.content))
    assert (shown.format, shown.size) == ("PNG", (72, 144))
    send(desk, picture())
    assert Client().get(first).status_code == 404
    assert Client().get(address(town)).status_code == 200


def test_a_logo_is_not_another_issuers(town: Town, desk: Desk) -> None:
    other = make_town()
    send(desk, picture())
    send(Desk(other.issuer), picture(size=(50, 50)))
    stolen = address(town).replace(town.issuer.code, other.issuer.code)
    assert Client().get(stolen).status_code == 404
    assert Client().get(address(town)).status_code == 200


def test_a_logo_is_removed(town: Town, desk: Desk) -> None:
    send(desk, picture())
    gone, digest = address(town), Issuer.objects.get(pk=town.issuer.pk).logo
    assert send(desk, None, remove="on").status_code == 303
    issuer, stored, _acts = state(town)
    assert (issuer["logo"], issuer["logo_width"], stored) == ("", 0, [])
    assert Client().get(gone).status_code == 404
    assert 'class="seal"' in words(Visitor(town.issuer).get("contact/"))
    act = AuditEntry.objects.of(town.issuer).latest("pk")
    assert (act.act, act.before, act.after) == ("issuer_logo", {"logo": digest}, {"logo": None})


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "PNGかJPEGの画像を選んでください。"),
        (picture("GIF"), "PNGかJPEGの画像を選んでください。"),
        (picture()[:-40], "PNGかJPEGの画像を選んでください。"),
        (picture() + b"\0" * LARGEST, "1MBまでの画像を選んでください。"),
        (header_only(4000, 2001), "縦×横が800万ピクセルまで"),
        (header_only(60_000, 60_000), "縦×横が800万ピクセルまで"),
        (None, "画像を選んでください。"),
    ],
)
def test_what_is_no_logo_changes_nothing(
    town: Town, desk: Desk, data: bytes | None, said: str
) -> None:
    send(desk, picture())
    before = state(town)
    answer = send(desk, data)
    assert answer.status_code == 422
    assert said in words(answer)
    assert state(town) == before


@pytest.mark.parametrize("more", [{"remove": "on"}, {"reason": ""}])
def test_a_form_that_is_wrong_changes_nothing(town: Town, desk: Desk, more: dict[str, str]) -> None:
    send(desk, picture())
    before = state(town)
    assert send(desk, picture(size=(50, 50)), **more).status_code == 422
    assert state(town) == before


def test_the_same_logo_again_is_no_act(town: Town, desk: Desk) -> None:
    send(desk, picture())
    before = state(town)
    assert send(desk, picture()).status_code == 303
    assert state(town) == before


def test_the_pixels_are_counted_before_any_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    def decode(*_: object) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", decode)
    assert read_picture(header_only(4000, 2001)) is Fault.TOO_MANY_PIXELS


def test_a_picture_keeps_nothing_but_what_it_shows() -> None:
    notes = PngInfo()
    notes.add_text("Author", "taro")
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010E] = "taro"
    for data in (picture(pnginfo=notes, dpi=(72, 72)), picture("JPEG", exif=exif)):
        found = read_picture(data)
        assert isinstance(found, Picture)
        assert b"taro" in data
        shown = Image.open(io.BytesIO(found.png))
        shown.load()
        assert (shown.info, len(shown.getexif())) == ({}, 0)
    assert (found.width, found.height) == (43, 144)
