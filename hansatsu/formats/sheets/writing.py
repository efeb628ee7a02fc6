"""Tables for Excel.

A cell that Excel would take for a formula is written with an apostrophe before it (OWASP, CSV
injection): much of what we write are other people's words.
"""

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
"""Full-width ones, too, which Excel in Japan may take for the narrow ones (OWASP)."""
FORBIDDEN = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 file may hold, and so no xlsx file."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cell = str | int
TEXT = "@"
"""Excel's format of cells that are text: 0517 stays 0517."""
MOST_ROWS = 10_000
"""For how many rows words are offered."""


def harmless(text: str) -> str:
    """``text`` so that every spreadsheet reads it and none takes it for a formula."""
    readable = FORBIDDEN.sub("", text)
    return f"'{readable}" if readable.startswith(FORMULA) else readable


def as_meant(text: str) -> str:
    """``harmless`` turned round: so a file of ours that comes back says what was written."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


@dataclass(frozen=True, slots=True)
class Sheet:
    """A line of headings that stays in sight, and rows.

    Attributes:
        title: its name.
        head: the headings.
        rows: what stands below.
        widths: of the columns, in characters; 16 for those that have none.
        blank: how many rows below are made ready as text, to be filled in.
        choices: by the places of columns, the name of the sheet and the place of the column there
            whose words may be chosen; with how many there are.
    """

    title: str
    head: Sequence[str]
    rows: Iterable[Sequence[Cell]] = ()
    widths: Sequence[int] = ()
    blank: int = 0
    choices: Mapping[int, tuple[str, int, int]] = field(default_factory=dict)


def workbook(
    title: str, head: Sequence[str], rows: Iterable[Sequence[Cell]], widths: Sequence[int] = ()
) -> bytes:
    """One sheet, as an xlsx file."""
    return sheets([Sheet(title, head, rows, widths)])


def sheets(wanted: Sequence[Sheet]) -> bytes:
    """Several sheets, as an xlsx file; the first is in sight."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for each in wanted:
        _add(book, each)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _add(book: Workbook, wanted: Sheet) -> None:
    sheet = book.create_sheet(wanted.title)
    sheet.append([harmless(each) for each in wanted.head])
    for row in wanted.rows:
        sheet.append([harmless(cell) if isinstance(cell, str) else cell for cell in row])
    for row_ in sheet.iter_rows(max_row=sheet.max_row + wanted.blank, max_col=len(wanted.head)):
        for cell in row_:
            if cell.value is None or isinstance(cell.value, str):
                cell.number_format = TEXT
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    for place in range(len(wanted.head)):
        dimension = sheet.column_dimensions[get_column_letter(place + 1)]
        dimension.width = wanted.widths[place] if place < len(wanted.widths) else 16
        dimension.number_format = TEXT
    for place, choices in wanted.choices.items():
        _offer(sheet, get_column_letter(place + 1), *choices)


def _offer(sheet: Any, column: str, other: str, place: int, count: int) -> None:
    if not count:
        return
    letter = get_column_letter(place + 1)
    words = DataValidation("list", f"'{other}'!${letter}$2:${letter}${count + 1}", allow_blank=True)
    words.add(f"{column}2:{column}{MOST_ROWS + 1}")
    sheet.add_data_validation(words)
