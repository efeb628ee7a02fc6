"""精算書 for Excel: the statement on one sheet, every payment and refund behind it on another.

Written in constant memory, a day at a time: a large shop has a hundred thousand payments a month.
Amounts are numbers and moments are Excel's; a text is a text, whatever it begins with.
"""

import io
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import xlsxwriter
from django.utils import translation
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.payments.day_book import BookRow, day_book
from hansatsu.flows.settlement.documents.content import StatementContent, content_of
from hansatsu.flows.settlement.documents.csv import CARRY, KINDS, PAYOUT
from hansatsu.flows.settlement.models import Statement
from hansatsu.formats.sheets.writing import FORBIDDEN
from hansatsu.ledger import api as ledger

YEN, DAY, MOMENT = "#,##0;[Red]-#,##0", "yyyy/mm/dd", "yyyy/mm/dd hh:mm:ss"
SHEET, ENTRIES = "精算書", "決済と返金"
BY = {"code": "コード", "poster": "ポスター", "card": "カード"}


def statement_xlsx(statement: Statement) -> bytes:
    """The statement as an xlsx file, in Japanese."""
    file = io.BytesIO()
    # strings_to_*: no text becomes a formula, a number or a link by how it looks
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
        "default_date_format": DAY,
    }
    with translation.override("ja"), xlsxwriter.Workbook(file, options) as book:
        forms = {
            "bold": book.add_format({"bold": True}),
            "yen": book.add_format({"num_format": YEN}),
            "sum": book.add_format({"num_format": YEN, "bold": True, "top": 1}),
            "day": book.add_format({"num_format": DAY, "align": "left"}),
            "moment": book.add_format({"num_format": MOMENT, "align": "left"}),
        }
        content = content_of(statement)
        _statement(book.add_worksheet(SHEET), content, forms)
        _entries(book.add_worksheet(ENTRIES), statement, forms)
    return file.getvalue()


def _statement(sheet: Worksheet, content: StatementContent, forms: dict[str, Format]) -> None:
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 2, 34)
    sheet.set_column(3, 4, 16)
    head: list[tuple[str, str | date]] = [
        ("精算書番号", content.number),
        ("発行者", content.issuer.name),
        ("登録番号", content.registration_number or "なし"),
        ("発行日", content.issued_on),
        ("加盟店番号", content.shop_code),
        ("加盟店名", content.shop_name),
        ("対象期間はじめ", content.first_day or "最初のお取引"),
        ("対象期間おわり", content.last_day),
        ("お支払日", content.pay_on if content.payout else "なし"),
        ("お振込先", content.account or "なし"),
        ("確認の数字", content.digits),
    ]
    for place, (name, value) in enumerate(head):
        sheet.write_string(place, 0, name)
        if isinstance(value, date):
            sheet.write_datetime(place, 1, value, forms["day"])
        else:
            _text(sheet, place, 1, value)
    place = len(head) + 1
    for column, name in enumerate(("区分", "項目", "説明", "件数", "金額")):
        sheet.write_string(place, column, name, forms["bold"])
    for each in content.figures:
        place += 1
        detail = " ".join(filter(None, (each.detail, each.payment_number)))
        for column, text in enumerate((KINDS[each.kind], each.label, detail)):
            _text(sheet, place, column, text)
        if each.count is not None:
            sheet.write_number(place, 3, each.count)
        sheet.write_number(place, 4, each.amount, forms["yen"])
    for name, amount in ((PAYOUT, content.payout), (CARRY, content.carry)):
        place += 1
        sheet.write_string(place, 0, name, forms["bold"])
        sheet.write_number(place, 4, amount, forms["sum"])


def _entries(sheet: Worksheet, statement: Statement, forms: dict[str, Format]) -> None:
    emoneys = list(
        dict.fromkeys(each.emoney.local_name for each in statement.lines.all() if each.emoney)
    )
    head = ["日時", "種別", "決済ID", "もとのお支払い", "金額", *emoneys]
    head += ["お支払い方法", "担当者", "端末", "カード下4桁", "端末の控え番号", "理由"]
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 0, 20)
    sheet.set_column(2, 3, 36)
    sheet.set_column(4, len(head) - 1, 16)
    for column, name in enumerate(head):
        _text(sheet, 0, column, name, forms["bold"])
    for place, row in enumerate(_rows(statement), 1):
        _entry(sheet, place, row, emoneys, forms)


def _entry(
    sheet: Worksheet, place: int, row: BookRow, emoneys: list[str], forms: dict[str, Format]
) -> None:
    sheet.write_datetime(place, 0, row.at.replace(tzinfo=None, microsecond=0), forms["moment"])
    same_day = "取消" if row.is_same_day else "返金"
    texts = ("決済" if row.kind == "payment" else same_day, row.number, row.refunded_number)
    for column, text in enumerate(texts, 1):
        _text(sheet, place, column, text)
    for column, amount in enumerate([row.amount, *(row.emoneys.get(each, 0) for each in emoneys)]):
        sheet.write_number(place, 4 + column, amount, forms["yen"])
    more = (BY[row.by], row.staff, row.terminal, row.card, row.reference, row.reason)
    for column, text in enumerate(more, 5 + len(emoneys)):
        _text(sheet, place, column, text)


def _rows(statement: Statement) -> Iterator[BookRow]:
    """What was paid and given back in the statement's time, the oldest first."""
    for each in ledger.shop_days(
        ledger_connection(),
        statement.issuer_id,
        statement.shop_id,
        since=statement.starts_at,
        until=statement.ends_at,
    ):
        yield from reversed(day_book(statement.shop, each.day, each.day + timedelta(days=1)).rows)


def _text(sheet: Worksheet, row: int, column: int, text: str, form: Any = None) -> None:
    sheet.write_string(row, column, FORBIDDEN.sub("", text), form)
