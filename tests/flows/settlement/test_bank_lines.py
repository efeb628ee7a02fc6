"""The bank's statement: typed or from a file, never changed, taken back by a line turned round."""

from datetime import date

import pytest
from django.db import DatabaseError

from hansatsu.flows.settlement.models import BankLine, BankLineKind
from hansatsu.flows.settlement.reconciliation import lines
from hansatsu.flows.settlement.reconciliation.bank import bank_until
from hansatsu.flows.settlement.reconciliation.importing import read_lines
from hansatsu.flows.settlement.reconciliation.lines import NewLine
from hansatsu.parties.issuers.models import AuditEntry
from tests.support.settling import Settling, deed_of

K = BankLineKind
HEAD = "日付,入金,出金,種類,摘要,決済代行の手数料\n"


@pytest.fixture
def bank(settling: Settling) -> "Bank":
    """The statement of an account that held 1,000,000 yen on 1 March."""
    made = Bank(settling)
    settling.at("2026-03-20 09:00")
    assert made.add("2026-03-01", K.OPENING, 1_000_000) == ""
    return made


class Bank:
    """What the bank says, typed by one clerk."""

    def __init__(self, settling: Settling) -> None:
        self.issuer = settling.town.issuer
        self.staff = settling.clerk("口座 係")
        self.deed = deed_of(self.staff)
        self._keys = iter(range(1_000_000))

    def add(self, day: str, kind: BankLineKind, yen: int, text: str = "", withheld: int = 0) -> str:
        """A line."""
        line = NewLine(date.fromisoformat(day), kind, yen, text, withheld)
        return lines.add(self.deed, self.staff, line, key=f"k{next(self._keys)}")

    @property
    def count(self) -> int:
        """How many lines there are."""
        return BankLine.objects.of(self.issuer).count()

    def balance(self, day: str = "2026-12-31") -> int:
        """Yen in the account."""
        return bank_until(self.issuer, date.fromisoformat(day)).balance

    def file(self, rows: str) -> list[str]:
        """Keep a file, or say what is wrong with it."""
        found = read_lines(self.issuer, (HEAD + rows).encode())
        if found.refused:
            return [found.error] if found.error else [str(fault) for fault in found.faults]
        assert lines.add_all(self.deed, self.staff, found.lines, file=found.file) == ""
        return []


def test_lines_add_up_by_day(bank: Bank) -> None:
    assert bank.add("2026-03-05", K.PREMIUM, 50_000) == ""
    assert bank.add("2026-03-10", K.SHOP_PAYOUT, -30_000) == ""
    assert bank.add("2026-03-12", K.PROVIDER_PAYOUT, 96_400, withheld=3_600) == ""
    assert [bank.balance(day) for day in ("2026-03-04", "2026-03-05", "2026-03-31")] == [
        1_000_000,
        1_050_000,
        1_116_400,
    ]
    assert bank_until(bank.issuer, date(2026, 3, 31)).withheld == 3_600
    added = AuditEntry.objects.of(bank.issuer).filter(act="bank_line_added")
    assert added.count() == 4


@pytest.mark.parametrize(
    ("day", "kind", "yen", "withheld", "why"),
    [
        ("2026-03-05", K.OPENING, 5, 0, "second_opening"),
        ("2026-02-28", K.PREMIUM, 5, 0, "before_opening"),
        ("2026-03-21", K.PREMIUM, 5, 0, "to_come"),
        ("2026-03-05", K.PREMIUM, -5, 0, "amount"),
        ("2026-03-05", K.SHOP_PAYOUT, 5, 0, "amount"),
        ("2026-03-05", K.OTHER, 0, 0, "amount"),
        ("2026-03-05", K.INTEREST, lines.MOST + 1, 0, "amount"),
        ("2026-03-05", K.PREMIUM, 5, 1, "withheld"),
        ("2026-03-05", K.PROVIDER_PAYOUT, 5, -1, "withheld"),
    ],
)
def test_a_line_that_cannot_be_is_not_kept(
    bank: Bank, day: str, kind: BankLineKind, yen: int, withheld: int, why: str
) -> None:
    assert bank.add(day, kind, yen, withheld=withheld) == why
    assert bank.count == 1


def test_the_first_line_is_what_the_account_held(settling: Settling) -> None:
    bank = Bank(settling)
    assert bank.add("2026-03-01", K.PREMIUM, 5) == "no_opening"
    assert bank.count == 0


def test_a_form_sent_twice_is_one_line(bank: Bank) -> None:
    line = NewLine(date(2026, 3, 5), K.PREMIUM, 5)
    for _ in range(2):
        assert lines.add(bank.deed, bank.staff, line, key="same") == ""
    assert bank.count == 2


def test_a_wrong_line_is_turned_round_once(bank: Bank) -> None:
    assert bank.add("2026-03-12", K.PROVIDER_PAYOUT, 96_400, withheld=3_600) == ""
    wrong = BankLine.objects.of(bank.issuer).get(kind=K.PROVIDER_PAYOUT)
    assert lines.reverse(bank.deed, bank.staff, wrong) == ""
    assert lines.reverse(bank.deed, bank.staff, wrong) == "reversed"
    back = BankLine.objects.of(bank.issuer).get(reverses=wrong)
    assert (back.day, back.yen, back.withheld) == (wrong.day, -96_400, -3_600)
    assert lines.reverse(bank.deed, bank.staff, back) == "reversed"
    assert (bank.balance(), bank.count) == (1_000_000, 3)


def test_the_opening_is_needed_by_what_came_after(bank: Bank) -> None:
    opening = lines.opening_of(bank.issuer)
    assert opening is not None
    assert bank.add("2026-03-05", K.INTEREST, 3) == ""
    assert lines.reverse(bank.deed, bank.staff, opening) == "needed"
    interest = BankLine.objects.of(bank.issuer).get(kind=K.INTEREST)
    assert lines.reverse(bank.deed, bank.staff, interest) == ""
    assert lines.reverse(bank.deed, bank.staff, opening) == ""
    assert bank.add("2026-03-02", K.OPENING, 7) == ""
    assert bank.balance() == 7


def test_lines_never_change(bank: Bank) -> None:
    with pytest.raises(DatabaseError, match="never changed"):
        BankLine.objects.of(bank.issuer).update(yen=5)
    assert bank.balance() == 1_000_000


def test_a_file_is_kept_whole_and_once(bank: Bank) -> None:
    rows = (
        '2026/3/5,"50,000",,プレミアム,小山市,\n'
        "2026-03-10,,30000,加盟店への振込,ソウゴウフリコミ,\n"
        "20260312,96400,,決済代行,,3600\n"
    )
    assert bank.file(rows) == []
    assert bank.balance() == 1_116_400
    assert bank.file(rows) == ["このファイルは、もう読み込んであります。"]
    assert bank.count == 4


def test_a_statement_that_overlaps_names_the_rows(bank: Bank) -> None:
    assert bank.file("2026-03-05,100,,利息,,\n2026-03-05,100,,利息,,\n") == []
    rows = "2026-03-05,100,,利息,,\n2026-03-05,100,,利息,,\n2026-03-05,100,,利息,,\n"
    assert bank.file(rows) == [
        "2行目「日付」: 同じ明細がもうあります。",
        "3行目「日付」: 同じ明細がもうあります。",
    ]
    assert bank.balance() == 1_000_200


def test_two_files_at_once_do_not_keep_a_line_twice(bank: Bank) -> None:
    rows = "2026-03-05,100,,利息,,\n", "2026-03-05,100,,利息,,\n2026-03-06,7,,利息,,\n"
    first, second = (read_lines(bank.issuer, (HEAD + each).encode()) for each in rows)
    assert (first.refused, second.refused) == (False, False)
    assert lines.add_all(bank.deed, bank.staff, first.lines, file=first.file) == ""
    before = AuditEntry.objects.of(bank.issuer).count()
    assert lines.add_all(bank.deed, bank.staff, second.lines, file=second.file) == "known"
    assert (bank.balance(), bank.count) == (1_000_100, 2)
    assert AuditEntry.objects.of(bank.issuer).count() == before


def test_faults_of_a_file_are_named_and_nothing_is_kept(bank: Bank) -> None:
    rows = (
        "きのう,5,,利息,,\n"
        "2026-03-05,5,5,利息,,\n"
        "2026-03-05,,5,利息,,\n"
        "2026-03-05,1.5,,利息,,\n"
        "2026-03-05,5,,りそく,,\n"
        "2026-03-05,5,,利息,,7\n"
        "2026-02-05,5,,利息,,\n"
        "2026-03-25,5,,利息,,\n"
        "2026-03-05,5,,利息,よい行,\n"
    )
    said = bank.file(rows)
    assert [each.split(":")[0] for each in said] == [
        "2行目「日付」",
        "3行目「入金」",
        "4行目「種類」",
        "5行目「入金」",
        "6行目「種類」",
        "7行目「決済代行の手数料」",
        "8行目「日付」",
        "9行目「日付」",
    ]
    assert bank.count == 1
