"""A month is prepared by one person and signed by another, as it was found."""

import io
from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError
from openpyxl import load_workbook

from hansatsu.flows.settlement.models import BankLine, BankLineKind, Reconciliation
from hansatsu.flows.settlement.reconciliation import lines, signing
from hansatsu.flows.settlement.reconciliation.frozen import Line, hash_of
from hansatsu.flows.settlement.reconciliation.lines import NewLine
from hansatsu.flows.settlement.reconciliation.months import month_of, months_of
from hansatsu.flows.settlement.reconciliation.paper import reconciliation_pdf, reconciliation_xlsx
from hansatsu.parties.issuers.models import AuditEntry
from tests.support.papers import text_of
from tests.support.reconciling import Money
from tests.support.settling import Settling, deed_of

K = BankLineKind
MARCH, APRIL = month_of(date(2026, 3, 1)), month_of(date(2026, 4, 1))


class Desk:
    """Two people, and a town whose March is over."""

    def __init__(self, settling: Settling) -> None:
        self.settling, self.money = settling, Money(settling)
        self.issuer = settling.town.issuer
        self.one, self.other = self.money.one, self.money.other
        settling.at("2026-03-05 10:00")
        self.money.buy()
        self.money.provider_pays()
        self.money.sell(3_000)
        settling.at("2026-04-01 00:05")
        settling.close()

    def prepare(self, month: object = MARCH, *parts: Line, shown: int = 0) -> str:
        """By the first person."""
        wanted = signing.Wanted(month, parts, shown)  # type: ignore[arg-type]
        return signing.prepare(deed_of(self.one), self.one, wanted)

    @property
    def row(self) -> Reconciliation:
        """What stands of March."""
        row = signing.standing(self.issuer, MARCH)
        assert row is not None
        return row

    def sign(self) -> str:
        """By the second one."""
        return signing.sign(deed_of(self.other), self.other, self.row)


@pytest.fixture
def desk(settling: Settling) -> Desk:
    """March is over and closed."""
    return Desk(settling)


def test_two_people_sign_a_month(desk: Desk) -> None:
    assert desk.prepare() == ""
    assert signing.sign(deed_of(desk.one), desk.one, desk.row) == "oneself"
    assert desk.row.state == "prepared"
    assert desk.sign() == ""
    assert desk.sign() == "decided"
    row = desk.row
    assert (row.state, row.difference, row.signed_name) == ("signed", 0, desk.other.display_name)
    assert bytes(row.hash) == hash_of(desk.issuer, row)
    acts = AuditEntry.objects.of(desk.issuer).filter(subject=row.subject).order_by("id")
    assert [each.act for each in acts] == ["reconciliation_prepared", "reconciliation_signed"]


def test_the_database_lets_nobody_sign_their_own(desk: Desk) -> None:
    assert desk.prepare() == ""
    rows = Reconciliation.objects.filter(pk=desk.row.pk)
    with pytest.raises(IntegrityError, match="signed_by_another"):
        rows.update(state="signed", signed_by=desk.one, signed_at=desk.row.prepared_at)
    with pytest.raises(DatabaseError, match="never changes"):
        rows.update(figures={})
    with pytest.raises(DatabaseError, match="never deleted"):
        rows.delete()
    assert desk.row.state == "prepared"


def test_a_month_that_goes_on_is_not_prepared(desk: Desk) -> None:
    assert desk.prepare(APRIL) == "not_over"
    desk.settling.at("2026-05-01 00:05")
    assert desk.prepare(APRIL) == "not_over"  # not cut yet
    assert signing.standing(desk.issuer, APRIL) is None


def test_a_difference_is_explained_or_becomes_a_task(desk: Desk) -> None:
    desk.settling.at("2026-04-20 10:00")
    line = NewLine(date(2026, 3, 20), K.RETURNED, 700)
    assert lines.add(deed_of(desk.one), desk.one, line, key="returned") == ""
    part, rest = Line("explained", 200, "前の年の分"), Line("task", 500, "銀行に聞く")
    assert desk.prepare(MARCH, shown=700) == "unexplained"
    assert desk.prepare(MARCH, part, shown=700) == "unexplained"
    assert desk.prepare(MARCH, part, rest, shown=0) == "changed"
    assert signing.standing(desk.issuer, MARCH) is None
    assert desk.prepare(MARCH, part, rest, shown=700) == ""
    assert desk.sign() == ""
    april = signing.found_now(desk.issuer, APRIL)
    assert (april.explained, april.difference) == (200, 500)
    assert [task.reason for task in signing.tasks_before(desk.issuer, APRIL)] == ["銀行に聞く"]


def test_what_changed_since_is_prepared_anew(desk: Desk) -> None:
    assert desk.prepare() == ""
    line = NewLine(date(2026, 3, 20), K.INTEREST, 3)
    assert lines.add(deed_of(desk.one), desk.one, line, key="interest") == ""
    assert desk.sign() == "changed"
    assert desk.row.state == "prepared"
    assert signing.drop(deed_of(desk.one), desk.one, desk.row) == ""
    assert signing.standing(desk.issuer, MARCH) is None
    assert desk.prepare() == ""
    assert desk.sign() == ""


def test_a_signed_month_keeps_its_lines(desk: Desk) -> None:
    payout = BankLine.objects.of(desk.issuer).get(kind=K.PROVIDER_PAYOUT)
    assert desk.prepare() == ""
    assert desk.sign() == ""
    desk.settling.at("2026-04-20 10:00")
    line = NewLine(date(2026, 3, 31), K.INTEREST, 3)
    assert lines.add(deed_of(desk.one), desk.one, line, key="late") == "signed"
    assert lines.reverse(deed_of(desk.one), desk.one, payout) == ""
    assert BankLine.objects.of(desk.issuer).get(reverses=payout).day == date(2026, 4, 1)
    assert not signing.has_changed(desk.row)


def test_months_come_one_after_another(desk: Desk) -> None:
    desk.settling.at("2026-06-01 00:05")
    desk.settling.close()
    may = month_of(date(2026, 5, 1))
    assert [each.last_day.month for each in months_of(desk.issuer)] == [6, 5, 4, 3]
    assert desk.prepare(MARCH) == ""
    assert desk.prepare(APRIL) == "before"
    assert desk.sign() == ""
    assert desk.prepare(may) == "before"
    assert desk.prepare(APRIL) == ""
    april = signing.standing(desk.issuer, APRIL)
    assert april is not None
    assert bytes(april.previous_hash) == bytes(desk.row.hash)


def test_the_papers_say_what_was_signed(desk: Desk) -> None:
    assert desk.prepare() == ""
    assert desk.sign() == ""
    row = desk.row
    words = "".join(text_of(reconciliation_pdf(row)).split())
    names = (row.prepared_name, row.signed_name)
    for said in (*names, "2026年3月", f"{row.bank:,}円", "差額はありません"):
        assert "".join(said.split()) in words
    assert bytes(row.hash).hex() in words
    assert row.figures["closings"][0][2] in words
    book = load_workbook(io.BytesIO(reconciliation_xlsx(row)))
    figures = {line[1].value: line[2].value for line in book["照合"].iter_rows(min_row=2)}
    assert figures["口座の残高"] == row.bank
    assert sum(yen for _part, _code, yen in row.figures["figures"]) == row.expected
