"""Tables for Excel.

A cell that Excel would take for a formula is written with an apostrophe before it (OWASP, CSV
injection): much of what we write are other people's words.
"""

import io
import re
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
"""Full-width ones, too, which Excel in Japan may take for the narrow ones (OWASP)."""
FORBIDDEN = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 file may hold, and so no xlsx file."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cell = str | int
TEXT = "@"
"""Excel's format of cells that are text: 0517 stays 0517."""


def harmless(text: str) -> str:
    """``text`` so that every spreadsheet reads it and none takes it for a formula."""
    readable = FORBIDDEN.sub("", text)
    return f"'{readable}" if readable.startswith(FORMULA) else readable


def workbook(
    title: str, head: Sequence[str], rows: Iterable[Sequence[Cell]], widths: Sequence[int] = ()
) -> bytes:
    """One sheet under a bold line of headings that stays in sight, as an xlsx file.

    Args:
        title: the sheet's name.
        head: the headings.
        rows: what stands below.
        widths: of the columns, in characters; 16 for those that have none.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet(title)
    sheet.append([harmless(each) for each in head])
    for row in rows:
        sheet.append([harmless(cell) if isinstance(cell, str) else cell for cell in row])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    for place in range(len(head)):
        dimension = sheet.column_dimensions[get_column_letter(place + 1)]
        dimension.width = widths[place] if place < len(widths) else 16
        dimension.number_format = TEXT
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
