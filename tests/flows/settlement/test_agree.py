"""Months with payments around midnight and a shop whose money is held: screen, CSV, PDF, xlsx and
the bank's file say the same, to the yen."""

import csv
import io
import re

import pypdfium2
from openpyxl import load_workbook

from hansatsu.flows.settlement import holds
from hansatsu.flows.settlement.documents.csv import statement_csv
from hansatsu.flows.settlement.documents.pdf import statement_pdf
from hansatsu.flows.settlement.documents.xlsx import statement_xlsx
from hansatsu.flows.settlement.models import Payable, PayoutRun, Statement
from hansatsu.flows.settlement.payouts.bank_file import read_file
from hansatsu.parties.identity.models import Role
from tests.support.clerks import Desk
from tests.support.clients import words
from tests.support.paying_out import Office
from tests.support.settling import Settling, deed_of
from tests.support.tills import Till, hire


def run_of(office: Office) -> PayoutRun:
    """A run that two people made, given to the bank and paid."""
    run = office.approved()
    office.fetch(run)
    run.refresh_from_db()
    assert office.mark(run) == ""
    return run


def assert_said(statement: Statement) -> None:
    """Each form has the payout."""
    table = csv.reader(io.StringIO(statement_csv(statement).decode("utf-8-sig")))
    assert str(statement.payout) in {cell for row in table for cell in row}
    sheet = load_workbook(io.BytesIO(statement_xlsx(statement))).worksheets[0]
    assert statement.payout in {cell.value for row in sheet.iter_rows() for cell in row}
    document = pypdfium2.PdfDocument(statement_pdf(statement))
    text = re.sub(r"\s", "", "".join(page.get_textpage().get_text_range() for page in document))
    assert f"{statement.payout:,}円" in text
    page = words(Desk(statement.issuer).get(f"statement/{statement.pk}/"))
    assert f"{statement.payout:,}円" in page
    manager = Till(statement.shop, hire(statement.shop, role=Role.MANAGER))
    assert f"{statement.payout:,}" in words(manager.get(f"statements/{statement.closing.number}/"))


def test_midnight_and_a_held_month(settling: Settling) -> None:
    town, office = settling.town, Office(settling.town)
    office.account(town.shop)
    settling.at("2026-03-31 23:59:59")
    settling.pay(1_110)
    settling.at("2026-04-01 00:00:00")
    settling.pay(2_220)
    settling.at("2026-04-01 08:59:00")
    settling.pay(4_440)
    settling.close()
    hold = holds.propose(deed_of(office.hand), office.hand, town.shop, until_day=None)
    assert hold is not None
    assert holds.approve(deed_of(office.eyes), office.eyes, hold) == ""
    settling.at("2026-04-20 09:00:00")
    assert office.prepare().run is None  # March is held
    settling.at("2026-05-01 00:10:00")
    settling.close()
    march, april = Statement.objects.filter(shop=town.shop).order_by("ends_at")
    assert (march.payout, april.payout) == (1_110, 6_660)
    for statement in (march, april):
        assert_said(statement)
    settling.at("2026-05-20 09:00:00")
    assert holds.release(deed_of(office.owner), office.owner, hold) == "released"
    run = run_of(office)
    sent = read_file(run)
    assert sorted(row.yen for row in sent.rows) == [1_110, 6_660]
    assert run.total == march.payout + april.payout
    states = Payable.objects.filter(shop=town.shop).values_list("state", flat=True)
    assert set(states) == {"paid"}
