"""docs/runbooks/wrong-settlement.md, walked: what goes wrong with the money of shops, and that
every way out ends with each shop paid once and 資金照合 without a difference."""

from datetime import date

import pytest

from hansatsu.flows.settlement import adjustments, holds
from hansatsu.flows.settlement.adjustments import Proposal
from hansatsu.flows.settlement.models import (
    AdjustmentKind,
    BankLineKind,
    Payable,
    PayoutRow,
    PayoutRun,
    SettlementRules,
)
from hansatsu.flows.settlement.payouts import approving, choosing, handing_over, marking, preparing
from hansatsu.parties.seals.bank_accounts import BankAccount
from hansatsu.parties.shops import account_versions
from hansatsu.parties.shops.models import Shop
from tests.support.reconciling import Money
from tests.support.settling import Settling, deed_of

K = BankLineKind


class Office:
    """Two people, two shops with accounts, and a closing of March that waits to be paid."""

    def __init__(self, settling: Settling) -> None:
        self.settling, self.money = settling, Money(settling)
        self.town, self.issuer = settling.town, settling.town.issuer
        self.one, self.other = self.money.one, self.money.other
        SettlementRules.objects.of(self.issuer).update(
            originator_code="1234567890",
            originator_name="ｵﾔﾏ",
            own_bank="0129",
            own_branch="101",
            own_type="1",
            own_number="1234567",
        )
        for place, shop in enumerate((self.town.shop, self.town.large_shop), 1):
            self.account(shop, f"{place:07}")
        settling.at("2026-03-10 10:00")
        self.payment = settling.pay(5_000)
        settling.pay(2_000, self.town.large_shop)
        settling.at("2026-04-01 00:05")
        settling.close()
        settling.at("2026-04-10 10:00")

    def account(self, shop: Shop, number: str) -> None:
        """Entered by one, approved by the other."""
        account = BankAccount("0129", "101", "1", number, "ﾐｾ")
        assert account_versions.enter(deed_of(self.one).actor, shop, account, reason="届け出")
        version = account_versions.entered(self.issuer, [shop.pk])[shop.pk]
        assert account_versions.approve(deed_of(self.other), version) == ""

    def prepared(self, pay_on: str) -> PayoutRun:
        """A run by the first person."""
        day = date.fromisoformat(pay_on)
        shown = choosing.preview(self.issuer, day, with_refunds=False)
        made = preparing.prepare(
            deed_of(self.one), self.one, day, with_refunds=False, shown=shown.digest
        )
        assert made.run is not None, made
        return made.run

    def handed_over(self, pay_on: str) -> PayoutRun:
        """Approved, and fetched for the bank."""
        run = self.prepared(pay_on)
        assert approving.approve(deed_of(self.other), self.other, run, total=run.total) == ""
        assert handing_over.fetch(deed_of(self.one), self.one, run).refusal == ""
        return PayoutRun.objects.select_related("issuer").get(pk=run.pk)

    def paid(self, pay_on: str) -> PayoutRun:
        """The bank has paid it."""
        run = self.handed_over(pay_on)
        self.settling.at(f"{pay_on} 15:00")
        assert marking.mark_paid(deed_of(self.one), self.one, run) == ""
        self.money.line(K.SHOP_PAYOUT, -run.total)
        return run

    def row(self, run: PayoutRun, shop: Shop) -> PayoutRow:
        """A shop's row of a run."""
        rows = PayoutRow.objects.select_related("run__issuer", "payable__shop")
        return rows.get(run=run, payable__shop=shop)

    def owed(self) -> dict[str, str]:
        """Where what is owed to each shop stands."""
        rows = Payable.objects.of(self.issuer).select_related("shop")
        return {each.shop.code: each.state for each in rows}

    def gaps(self, day: str) -> dict[str, int]:
        """What does not meet in a month."""
        return self.money.gaps(day)


@pytest.fixture
def office(settling: Settling) -> Office:
    """The tenth of April."""
    return Office(settling)


def test_a_wrong_account_is_noticed_before_the_bank_has_it(office: Office) -> None:
    run = office.prepared("2026-04-30")
    office.account(office.town.shop, "7654321")
    said = approving.approve(deed_of(office.other), office.other, run, total=run.total)
    assert said in ("stale", "entered_account")
    assert approving.drop(deed_of(office.one), office.one, run) == ""
    assert set(office.owed().values()) == {"waiting"}
    office.paid("2026-04-30")
    assert set(office.owed().values()) == {"paid"}
    assert office.gaps("2026-04-30") == {}


def test_a_wrong_account_is_noticed_when_the_bank_could_not_pay(office: Office) -> None:
    run = office.handed_over("2026-04-30")
    shop = office.town.shop
    row = office.row(run, shop)
    office.settling.at("2026-04-30 15:00")
    failed = {row.place: "口座番号相違"}
    assert marking.mark_paid(deed_of(office.one), office.one, run, failed=failed) == ""
    office.money.line(K.SHOP_PAYOUT, -run.total)
    assert office.gaps("2026-04-30") == {}  # it is on its way back
    office.settling.at("2026-05-07 10:00")
    row = office.row(run, shop)
    said = marking.take_back(
        deed_of(office.one), office.one, row, on=date(2026, 5, 7), yen=row.net_yen - 880
    )
    assert said == ""
    office.money.line(K.RETURNED, row.net_yen - 880)
    office.account(shop, "7654321")
    office.settling.at("2026-05-20 10:00")
    office.paid("2026-05-29")
    assert set(office.owed().values()) == {"paid"}
    assert office.gaps("2026-05-31") == {}
    kept = {each.code: each.yen for each in office.money.found("2026-05-31").figures}
    assert kept["kept_by_bank"] == -880


def test_somebody_else_has_the_money(office: Office) -> None:
    run = office.paid("2026-04-30")
    row = office.row(run, office.town.shop)
    office.settling.at("2026-05-12 10:00")
    office.money.line(K.RETURNED, row.net_yen)
    assert office.gaps("2026-05-31") == {"returned": row.net_yen}
    assert marking.fail_row(deed_of(office.one), row, "組戻し") == ""
    row.refresh_from_db()
    on = date(2026, 5, 12)
    assert marking.take_back(deed_of(office.one), office.one, row, on=on, yen=row.net_yen) == ""
    assert office.owed()[office.town.shop.code] == "waiting"
    assert office.gaps("2026-05-31") == {}


def test_a_wrong_amount_is_taken_off_the_next_statement(office: Office) -> None:
    office.paid("2026-04-30")
    assert office.gaps("2026-04-30") == {}
    office.settling.at("2026-05-02 10:00")
    office.money.adjust(AdjustmentKind.GOODWILL, -700)
    office.settling.pay(3_000)
    office.settling.at("2026-06-01 00:05")
    office.settling.close()
    assert office.settling.last().payout == 2_300
    assert office.gaps("2026-05-31") == {}


def test_a_run_that_missed_its_day_is_followed_by_another(office: Office) -> None:
    run = office.prepared("2026-04-30")
    office.settling.at("2026-04-30 10:00")
    said = approving.approve(deed_of(office.other), office.other, run, total=run.total)
    assert said == "missed"
    assert approving.drop(deed_of(office.one), office.one, run) == ""
    day = date(2026, 5, 8)
    shown = choosing.preview(office.issuer, day, with_refunds=False)
    made = preparing.prepare(
        deed_of(office.one), office.one, day, with_refunds=False, shown=shown.digest, follows=run
    )
    assert made.run is not None
    assert made.run.follows_id == run.pk


def test_a_file_that_was_sent_twice_shows_until_it_is_back(office: Office) -> None:
    run = office.handed_over("2026-04-30")
    again = handing_over.fetch(deed_of(office.one), office.one, run)
    assert again.refusal == "oneself"  # nobody has it twice
    office.settling.at("2026-04-30 15:00")
    assert marking.mark_paid(deed_of(office.one), office.one, run) == ""
    for _ in range(2):
        office.money.line(K.SHOP_PAYOUT, -run.total)
    assert office.gaps("2026-04-30") == {"sent": -run.total}
    office.settling.at("2026-05-07 10:00")
    office.money.line(K.RETURNED, run.total)
    assert office.money.found("2026-05-31").difference == 0
    assert office.gaps("2026-05-31") == {"sent": -run.total, "returned": run.total}


def test_a_shop_was_paid_for_anothers_payment(office: Office) -> None:
    office.paid("2026-04-30")
    office.settling.at("2026-05-01 00:05")
    office.settling.close()
    town = office.town
    office.settling.at("2026-05-02 10:00")
    wanted = Proposal(
        AdjustmentKind.WRONG_SHOP,
        town.shop,
        5_000,
        other=town.large_shop,
        payment_number=office.payment,
    )
    made = adjustments.propose(
        deed_of(office.one), office.one, wanted, key="wrong", today=date(2026, 5, 2)
    )
    assert made.adjustment is not None
    assert adjustments.approve(deed_of(office.one), office.one, made.adjustment) == "oneself"
    assert adjustments.approve(deed_of(office.other), office.other, made.adjustment) == ""
    assert office.gaps("2026-05-31") == {}
    office.settling.at("2026-06-01 00:05")
    office.settling.close()
    assert office.settling.last().carry == -5_000
    assert office.settling.last(town.large_shop).payout == 5_000
    assert office.gaps("2026-05-31") == {}


def test_what_was_forgotten_at_a_closing_waits_by_a_hold(office: Office) -> None:
    shop = office.town.shop
    hold = holds.propose(deed_of(office.one), office.one, shop, until_day=None)
    assert hold is not None
    assert holds.approve(deed_of(office.other), office.other, hold) == ""
    office.paid("2026-04-30")
    assert office.owed() == {shop.code: "waiting", office.town.large_shop.code: "paid"}
    office.settling.at("2026-05-10 10:00")
    assert holds.release(deed_of(office.other), office.other, hold) == "released"
    office.paid("2026-05-29")
    assert set(office.owed().values()) == {"paid"}
