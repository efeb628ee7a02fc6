"""Reading a table that somebody sends: an xlsx or a CSV file that nobody vouches for.

Its size, what a packed one unpacks to and is built of, its lines and columns are limited; formulas
are never computed, and a cell that holds one is a fault. Only the first sheet is looked at.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, Final

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from hansatsu.formats.sheets.writing import as_meant
from hansatsu.formats.sheets.zip_limits import is_too_heavy

LARGEST: Final = 5 * 1024 * 1024
"""Bytes of a file."""
ROWS: Final = 10_000
"""Lines below the headings."""
COLUMNS: Final = 40
LONGEST: Final = 1_000
"""Characters of a cell."""

PACKED = b"PK"
OLD_EXCEL = bytes.fromhex("d0cf11e0")
FORMULA = "="


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a cell. ``row`` is its line as Excel counts them, ``column`` the
    heading."""

    row: int
    column: str
    text: str

    def __str__(self) -> str:
        return _("%(row)d行目「%(column)s」: %(text)s") % {
            "row": self.row,
            "column": self.column,
            "text": self.text,
        }


class Kind(StrEnum):
    """What a cell was in its file. Excel keeps no zero before a number, and makes dates of texts
    such as 4-1: who reads a column of texts asks for this. A CSV file knows texts alone; digits
    alone may have been either."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    DIGITS = "digits"


@dataclass(frozen=True, slots=True)
class Row:
    """A line: its number as Excel counts them, its cells by their headings, and what those are
    that are no plain texts."""

    number: int
    cells: dict[str, str]
    kinds: dict[str, Kind] = field(default_factory=dict)


@dataclass(slots=True)
class Table:
    """What was read. With ``error`` there is nothing else: the file is not what was asked for.
    ``faults`` are of single cells."""

    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    error: str = ""


def read_table(content: bytes, headings: Sequence[str], required: Sequence[str]) -> Table:
    """The lines of a file below its headings, without empty ones.

    Args:
        content: the file.
        headings: the names of columns that it may have, in any order.
        required: those that it must have.
    """
    if len(content) > LARGEST:
        return Table(error=too_large())
    if content.startswith(OLD_EXCEL):
        return Table(error=_("古い形式(.xls)は読み取れません。.xlsx で保存し直してください。"))
    lines = _packed(content) if content.startswith(PACKED) else _plain(content)
    return lines if isinstance(lines, Table) else _read(lines, headings, required)


def too_large() -> str:
    """What is said of a file that is."""
    return _("ファイルが大きすぎます。%(size)dMBまでのファイルを選んでください。") % {
        "size": LARGEST // 1024 // 1024
    }


class _UnreadableError(Exception):
    """A parser stumbled over what was sent."""


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    fault: str = ""
    kind: Kind = Kind.TEXT


_Lines = Iterable[Sequence[_Cell]]


def _read(lines: _Lines, headings: Sequence[str], required: Sequence[str]) -> Table:
    table = Table()
    try:
        numbered = enumerate(lines, 1)
        _number, head = next(numbered, (0, ()))
        names = [cell.text.strip() for cell in head]
        while names and not names[-1]:
            names.pop()
        table.error = _wrong_head(names, headings, required)
        if table.error:
            return table
        for number, cells in numbered:
            if number > ROWS + 1:
                if any(cell.text for cell in cells):
                    error = _("行が多すぎます。一度に%(most)d行までです。") % {"most": ROWS}
                    return Table(error=error)
                continue
            if any(cell.text or cell.fault for cell in cells):
                table.rows.append(_row(table, number, names, cells))
    except (csv.Error, _UnreadableError):
        return Table(error=unreadable())
    if not table.rows:
        table.error = _("見出しの下に行がありません。")
    return table


def _row(table: Table, number: int, names: Sequence[str], cells: Sequence[_Cell]) -> Row:
    found: dict[str, str] = {}
    kinds: dict[str, Kind] = {}
    for name, cell in zip(names, cells, strict=False):
        if cell.fault:
            table.faults.append(Fault(number, name, cell.fault))
        found[name] = cell.text
        if cell.kind is not Kind.TEXT:
            kinds[name] = cell.kind
    return Row(number, found, kinds)


def _wrong_head(names: Sequence[str], headings: Sequence[str], required: Sequence[str]) -> str:
    missing = [name for name in required if name not in names]
    if missing:
        return _("見出しに「%(names)s」がありません。ひな形の1行目のとおりにしてください。") % {
            "names": "」「".join(missing)
        }
    others = [name for name in names if name not in headings]
    if others:
        return _("「%(names)s」という見出しはありません。ひな形の1行目のとおりにしてください。") % {
            "names": "」「".join(name[:40] for name in others[:5])
        }
    if len(set(names)) < len(names):
        return _("同じ見出しが2つあります。")
    return ""


def unreadable() -> str:
    """What is said of a file that is no table."""
    return _("ファイルを読み取れません。Excel(.xlsx)かCSVで保存し直してください。")


def _packed(content: bytes) -> Table | _Lines:
    """Of an xlsx file. A part never unpacks to more than it declares: ``zipfile`` stops there."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if is_too_heavy(archive):
                return Table(
                    error=_("ファイルの中身が大きすぎます。不要なシートや図を消してください。")
                )
        book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    except Exception:  # whatever a broken file makes a parser raise
        return Table(error=unreadable())
    if not book.worksheets:
        return Table(error=unreadable())
    sheet = book.worksheets[0]
    return _excel_lines(sheet.iter_rows(max_row=ROWS + 2, max_col=COLUMNS))


def _excel_lines(rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[_Cell]]:
    reading = iter(rows)
    while True:
        try:
            row = next(reading)
        except StopIteration:
            return
        except Exception as error:  # as in _packed
            raise _UnreadableError from error
        yield [_excel_cell(cell) for cell in row]


def _excel_cell(cell: Any) -> _Cell:
    value = cell.value
    if value is None:
        return _Cell("")
    if cell.data_type == "f":
        return _Cell("", _formula())
    if cell.data_type == "e":
        return _Cell("", _("エラーのセルです。値を入れてください。"))
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime | date | time):
        day = value.date() if isinstance(value, datetime) else value
        return _Cell(day.isoformat(), kind=Kind.DATE)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return _text(str(value), Kind.NUMBER if is_number else Kind.TEXT)


def _plain(content: bytes) -> Table | _Lines:
    """Of a CSV file, in UTF-8 or as Excel in Japan writes it."""
    if b"\0" in content:
        return Table(error=unreadable())
    for encoding in ("utf-8-sig", "cp932"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return _csv_lines(text)
    return Table(error=unreadable())


def _csv_lines(text: str) -> Iterator[Sequence[_Cell]]:
    for row in csv.reader(io.StringIO(text, newline=""), strict=True):
        yield [_csv_cell(cell) for cell in row[:COLUMNS]]


def _csv_cell(text: str) -> _Cell:
    if text.lstrip().startswith(FORMULA):
        return _Cell("", _formula())
    return _text(text, Kind.DIGITS if text.strip().isdecimal() else Kind.TEXT)


def _text(text: str, kind: Kind) -> _Cell:
    if len(text) > LONGEST:
        return _Cell("", _("%(longest)d文字以内で入力してください。") % {"longest": LONGEST})
    return _Cell(as_meant(text.strip()), kind=kind)


def _formula() -> str:
    return _("数式のセルです。数式ではなく値を入れてください。")
