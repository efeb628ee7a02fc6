"""Files of shops: as somebody would fill them in, and as somebody would who means harm."""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from hansatsu.parties.shops.importing import HEADINGS

SHEET = "xl/worksheets/sheet1.xml"


def line(number: int, **changes: str) -> dict[str, str]:
    """A shop of ``make_town``, by heading."""
    fields = {
        "code": f"K{number:05}",
        "name": f"商店{number}",
        "name_kana": "ショウテン",
        "name_en": f"Shop {number}",
        "area": "駅西",
        "category": "中小店舗",
        "address": f"中央町{number}",
        "phone": "0285-00-0001",
        "takes": "全店共通、中小店舗限定",
        "bank": "0129",
        "branch": "101",
        "type": "普通",
        "number": "1234567",
        "holder": "ヒマワリ タロウ",
    }
    return {HEADINGS[name]: value for name, value in (fields | changes).items()}


def rows(lines: Iterable[dict[str, str]]) -> list[list[Any]]:
    """Headings and lines."""
    head = list(HEADINGS.values())
    return [head, *([each.get(name, "") for name in head] for each in lines)]


def xlsx(table: Iterable[Sequence[Any]]) -> bytes:
    """As Excel saves it."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("加盟店")
    for row in table:
        sheet.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def csv_file(table: Iterable[Sequence[Any]], encoding: str = "cp932") -> bytes:
    """As Excel in Japan saves it."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(table)
    return text.getvalue().encode(encoding)


def replaced(packed: bytes, part: str, content: bytes) -> bytes:
    """An xlsx file with other content in one of its parts."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(packed)) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, content if name == part else old.read(name))
    return made.getvalue()


def bomb(mebibytes: int = 300) -> bytes:
    """An xlsx file of some hundred kilobytes whose sheet unpacks to ``mebibytes``."""
    return replaced(xlsx(rows([line(1)])), SHEET, b" " * (mebibytes * 1024 * 1024))


def upload(content: bytes, name: str = "shops.xlsx") -> SimpleUploadedFile:
    """For a form."""
    return SimpleUploadedFile(name, content)
