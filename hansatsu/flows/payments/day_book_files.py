"""A shop's books as files for Excel: CSV with a byte order mark, and xlsx."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from hansatsu.flows.payments.day_book import BookRow, DayBook
from hansatsu.formats.sheets.writing import harmless

WIDTHS = (20, 8, 36, 36, 12, 12, 14, 20, 24, 10, 20, 30)
Cell = str | int | datetime
MOMENT = "yyyy/mm/dd hh:mm:ss"
"""As Excel shows a moment that it can sort and count with."""


def write_csv(book: DayBook) -> bytes:
    """The rows, a line each, the oldest first; UTF-8 with a byte order mark."""
    text = io.StringIO(newline="")
    lines = ([_in_csv(cell) for cell in line] for line in _table(book))
    csv.writer(text, lineterminator="\r\n").writerows(lines)
    return text.getvalue().encode("utf-8-sig")


def write_xlsx(book: DayBook) -> bytes:
    """The rows on one sheet, 日計 on another."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    sheet = workbook.create_sheet(_("決済一覧"))
    for line in _table(book):
        sheet.append(line)
    for (cell,) in sheet["A2" : f"A{sheet.max_row}"] if sheet.max_row > 1 else ():
        cell.number_format = MOMENT
    sheet.freeze_panes = "A2"
    for place, width in enumerate(WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sums = workbook.create_sheet(_("日計"))
    for line in _sums(book):
        sums.append(line)
    sums.column_dimensions["A"].width = sums.column_dimensions["B"].width = 28
    for each in (sheet, sums):
        for cell in each[1]:
            cell.font = Font(bold=True)
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def _table(book: DayBook) -> Iterator[list[Cell]]:
    emoneys = [line.name for line in book.emoneys]
    yield [
        _("利用日時"),
        _("種別"),
        _("決済ID"),
        _("もとのお支払い"),
        _("決済金額"),
        *(harmless(name) for name in emoneys),
        _("お支払い方法"),
        _("担当者"),
        _("端末"),
        _("カード下4桁"),
        _("端末の控え番号"),
        _("理由"),
    ]
    for row in reversed(book.rows):
        yield [
            row.at.replace(tzinfo=None, microsecond=0),
            _kind(row),
            row.number,
            row.refunded_number,
            row.amount,
            *(row.emoneys.get(name, 0) for name in emoneys),
            {"code": _("コード"), "poster": _("ポスター"), "card": _("カード")}[row.by],
            *(harmless(text) for text in (row.staff, row.terminal, row.card)),
            *(harmless(text) for text in (row.reference, row.reason)),
        ]


def _in_csv(cell: Cell) -> str | int:
    return f"{cell:%Y/%m/%d %H:%M:%S}" if isinstance(cell, datetime) else cell


def _sums(book: DayBook) -> Iterator[list[Cell]]:
    yield ["", "", _("決済"), _("件数"), _("取消・返金"), _("件数"), _("合計")]
    parts = (
        (_("合計"), (book.total,)),
        (_("電子マネー別"), book.emoneys),
        (_("担当者別"), book.staff),
        (_("端末別"), book.terminals),
    )
    for title, lines in parts:
        for line in lines:
            name = harmless(line.name)
            sums = [line.paid, line.payments, -line.refunded, line.refunds, line.net]
            yield [title, name, *sums]


def _kind(row: BookRow) -> str:
    if row.kind == "payment":
        return _("決済")
    return _("取消") if row.is_same_day else _("返金")
