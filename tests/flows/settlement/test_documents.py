"""A statement's forms: PDF, xlsx and CSV say the same, to the yen, and what the closing wrote."""

import csv
import io
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pypdfium2
import pytest
from openpyxl import load_workbook

from hansatsu.flows.settlement.documents.content import StatementContent, content_of, percent
from hansatsu.flows.settlement.documents.csv import statement_csv
from hansatsu.flows.settlement.documents.pdf import statement_pdf
from hansatsu.flows.settlement.documents.xlsx import statement_xlsx
from hansatsu.flows.settlement.leaf import digits_of
from hansatsu.flows.settlement.models import Closing, FeeClass, Statement
from hansatsu.formats.japan import in_japan
from hansatsu.parties.shops.models import Shop
from tests.support.settled import Terms, adjustment, close, statement_of
from tests.support.tills import hire
from tests.town import Town, make_town

EVIL = '=HYPERLINK("http://evil.example","x")'
NUMBER = "T1234567890123"
AMOUNT = re.compile("(−?[0-9,]+)円(?![の×])")
"""In a PDF's text without blanks; not those of which a fee is told to be."""


@dataclass(frozen=True)
class Settled:
    """A town whose shop took 132,345 in two emoneys, gave 345 back, was adjusted twice, and pays a
    fee; its name is a formula."""

    town: Town
    closing: Closing
    statement: Statement
    refund: str


@pytest.fixture(scope="module")
def settled() -> Settled:
    town = make_town()
    Shop.objects.filter(pk=town.shop.pk).update(name=EVIL)
    town.charge(town.resident, town.all_shops, 100_000)
    town.charge(town.resident, town.small_shops, 100_000)
    for amount in (30_000, 90_000, 12_345):
        paid = town.pay(town.resident, town.shop, amount)
    refund = town.refund(paid.number, 345).number or ""
    fee = FeeClass.objects.create(issuer=town.issuer, name="標準", basis_points=150, fixed=5)
    clerk, owner = hire(town.shop), hire(town.shop)
    adjusted = [
        adjustment(town.shop, 500, clerk, owner, reason="+おわび"),
        adjustment(town.shop, -300, clerk, owner, payment_number=paid.number),
    ]
    terms = Terms(fee=fee, adjusted={town.shop.pk: adjusted})
    closing = close(town.issuer, terms=terms)
    return Settled(town, closing, statement_of(closing, town.shop), refund)


@pytest.fixture(scope="module")
def content(settled: Settled) -> StatementContent:
    return content_of(settled.statement)


def test_the_figures_are_the_closings_and_add_up(content: StatementContent) -> None:
    kinds = [each.kind for each in content.figures]
    assert kinds == [
        *("payment", "payment", "refund", "adjustment", "adjustment", "fee", "tax"),
    ]
    amounts = [each.amount for each in content.figures]
    assert amounts == [100_000, 32_345, -345, 500, -300, -1_995, -199]
    assert sum(amounts) == content.net == content.payout == 130_006
    assert content.first_day is None
    assert content.digits == digits_of(content.leaf)
    fee = content.figures[5]
    assert (fee.name, fee.detail) == ("標準", "132,000円の1.5% + 5円×3件")


def test_every_form_says_the_same_to_the_yen(settled: Settled, content: StatementContent) -> None:
    expected = [each.amount for each in content.figures] + [content.payout, content.carry]
    assert [amount for _, amount in _csv_rows(settled.statement)] == expected
    assert [amount for _, amount in _xlsx_rows(settled.statement)] == expected
    text = _pdf_text(settled.statement)
    hero, *printed = (_yen(each) for each in AMOUNT.findall(text.partition("日別の内訳")[0]))
    assert hero == content.payout
    assert printed == [*expected[:-2], content.net, content.payout]
    assert content.number in text
    assert content.digits.replace(" ", "") in text


def test_the_file_for_excel_has_each_payment_with_its_time(settled: Settled) -> None:
    book = load_workbook(io.BytesIO(statement_xlsx(settled.statement)))
    head, *rows = book["決済と返金"].iter_rows(values_only=True)
    entries = [dict(zip(head, row, strict=True)) for row in rows]
    assert sum(each["金額"] for each in entries) == 132_345 - 345
    assert sum(each["全店共通"] for each in entries) == 100_000
    assert entries[-1]["決済ID"] == settled.refund
    assert entries[-1]["種別"] == "取消"
    assert isinstance(entries[0]["日時"], datetime)
    sheet = book["精算書"]
    values = {row[0].value: row[1] for row in sheet.iter_rows() if row[0].value}
    assert isinstance(values["対象期間おわり"].value, datetime)
    assert (values["加盟店名"].value, values["加盟店名"].data_type) == (EVIL, "s")


def test_no_spreadsheet_takes_a_name_of_the_csv_for_a_formula(settled: Settled) -> None:
    text = statement_csv(settled.statement)
    assert text.startswith(b"\xef\xbb\xbf")
    row = next(csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline="")))
    assert row["加盟店名"] == f"'{EVIL}"
    reasons = [each["説明"] for each in _csv_dicts(settled.statement) if each["区分"] == "調整"]
    assert reasons == ["'+おわび", "端末の不具合のおわび"]


def test_what_is_owed_by_the_shop_is_carried_and_not_paid(settled: Settled) -> None:
    town = settled.town
    until = settled.closing.cut_at + timedelta(days=1)
    owed = [adjustment(town.large_shop, -700, hire(town.shop), hire(town.shop))]
    close(town.issuer, until, terms=Terms(adjusted={town.large_shop.pk: owed}))
    later = close(town.issuer, until + timedelta(days=1))
    statement = statement_of(later, town.large_shop)
    content = content_of(statement)
    assert [(each.kind, each.amount) for each in content.figures] == [("opening", -700)]
    assert (content.payout, content.carry) == (0, -700)
    assert content.first_day == in_japan(until).date()
    assert [amount for _, amount in _csv_rows(statement)] == [-700, 0, -700]
    text = _pdf_text(statement)
    assert "お支払いはありません" in text
    assert "お振込先" not in text


def test_who_has_no_number_issues_no_qualified_invoice(
    settled: Settled, content: StatementContent
) -> None:
    assert content.invoice == ""
    assert "適格" not in _pdf_text(settled.statement)


def test_with_a_number_it_is_a_qualified_invoice_of_the_fee() -> None:
    town = make_town()
    town.charge(town.resident, town.all_shops, 5_000)
    town.pay(town.resident, town.shop, 5_000)
    fee = FeeClass.objects.create(issuer=town.issuer, name="標準", basis_points=200)
    closing = close(town.issuer, terms=Terms(fee=fee, registration_number=NUMBER))
    content = content_of(statement_of(closing, town.shop))
    assert (content.invoice, content.fee, content.tax) == ("invoice", 100, 10)
    text = _pdf_text(statement_of(closing, town.shop))
    for words in ("適格請求書", NUMBER, "10%対象", "110円"):
        assert words in text, words
    assert content_of(statement_of(closing, town.large_shop)).invoice == ""


@pytest.mark.parametrize(
    ("fee", "tax", "invoice"),
    [(1, 0, "invoice"), (-9_090, -909, ""), (-9_091, -909, "return"), (0, 0, "")],
)
def test_a_fee_given_back_needs_a_paper_from_ten_thousand_yen(
    content: StatementContent, fee: int, tax: int, invoice: str
) -> None:
    values = {name: getattr(content, name) for name in StatementContent.__dataclass_fields__}
    changed = StatementContent(**(values | {"fee": fee, "tax": tax, "registration_number": NUMBER}))
    assert changed.invoice == invoice


@pytest.mark.parametrize(
    ("points", "said"), [(150, "1.5%"), (1_000, "10%"), (5, "0.05%"), (0, "0%"), (325, "3.25%")]
)
def test_rates_are_said_without_idle_digits(points: int, said: str) -> None:
    assert percent(points) == said


def _csv_dicts(statement: Statement) -> list[dict[str, str]]:
    text = statement_csv(statement).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def _csv_rows(statement: Statement) -> list[tuple[str, int]]:
    return [(row["区分"], int(row["金額"])) for row in _csv_dicts(statement)]


def _xlsx_rows(statement: Statement) -> list[tuple[Any, Any]]:
    sheet = load_workbook(io.BytesIO(statement_xlsx(statement)))["精算書"]
    rows = list(sheet.iter_rows(values_only=True))
    head = next(place for place, row in enumerate(rows) if row[0] == "区分")
    return [(row[0], row[4]) for row in rows[head + 1 :]]


def _pdf_text(statement: Statement) -> str:
    pages = pypdfium2.PdfDocument(statement_pdf(statement))
    return "".join(page.get_textpage().get_text_bounded() for page in pages).replace(" ", "")


def _yen(printed: str) -> int:
    return int(printed.replace("−", "-").replace(",", ""))
