"""A payout run, from what is due to what the bank did: who may do what, what is refused, and that a
refusal changes nothing."""

import hashlib
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.db import connection

from hansatsu.flows.settlement import holds
from hansatsu.flows.settlement.models import (
    Payable,
    PayableState,
    PayoutRow,
    PayoutRun,
    RunFetch,
    RunState,
)
from hansatsu.flows.settlement.payouts import approving, marking, preparing
from hansatsu.flows.settlement.payouts.bank_file import open_file, read_file
from hansatsu.flows.settlement.payouts.choosing import Payee, Preview, preview
from hansatsu.flows.settlement.payouts.preparing import MOST_DAYS_AHEAD
from hansatsu.flows.settlement.payouts.staleness import alarm_of_changes, stale_rows
from hansatsu.formats.bank_days import next_bank_day
from hansatsu.parties.identity.models import Staff
from hansatsu.parties.issuers.models import Alarm, AuditEntry, Issuer, Mode
from hansatsu.parties.seals.bank_accounts import BankAccount
from hansatsu.parties.shops import account_versions
from hansatsu.parties.shops.models import AccountVersion
from tests.support.clerks import employ
from tests.support.owed import owe
from tests.support.paying_out import ACCOUNT, OTHER, Office, deed, on, rows, tomorrow
from tests.town import make_town

pytestmark = pytest.mark.usefixtures("server")


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def owing(office: Office) -> Office:
    """Two shops are owed 5,000 and 700 yen."""
    office.owe({office.town.shop: 5_000, office.town.large_shop: 700})
    return office


def states(office: Office) -> list[str]:
    found = Payable.objects.of(office.issuer).order_by("pk")
    return [PayableState(each.state).value for each in found]


def acts(office: Office) -> list[str]:
    found = AuditEntry.objects.of(office.issuer).filter(act__startswith="run_").order_by("pk")
    return list(found.values_list("act", flat=True))


def last(office: Office) -> dict[str, Any]:
    return dict(AuditEntry.objects.of(office.issuer).latest("pk").after)


def everything(office: Office) -> list[Any]:
    """All that a step can change."""
    return [
        list(PayoutRun.objects.of(office.issuer).order_by("pk").values()),
        list(PayoutRow.objects.of(office.issuer).order_by("pk").values()),
        list(Payable.objects.of(office.issuer).order_by("pk").values()),
        list(RunFetch.objects.of(office.issuer).values()),
        AuditEntry.objects.of(office.issuer).count(),
    ]


class TestPreview:
    def seen(self, office: Office, **more: Any) -> Preview:
        return preview(office.issuer, office.day, with_refunds=False, **more)

    def test_shows_each_payee_as_the_bank_reads_it(self, owing: Office) -> None:
        found = self.seen(owing)
        assert [(each.name, each.net, each.new_code) for each in found.payees] == [
            ("ｶ)ｺﾔﾏｼﾖｸﾄﾞｳ", 5_000, "1"),
            ("ｶ)ｺﾔﾏｼﾖｸﾄﾞｳ", 700, "1"),
        ]
        assert (found.total, found.left_out) == (5_700, ())

    def test_a_name_of_before_is_converted_and_told(self, office: Office) -> None:
        shop = office.town.shop
        office.account(shop, BankAccount("0517", "001", "1", "7654321", "ｻﾄｳ ｦﾄﾒ"))
        owe(office.town, {shop: 100})
        (payee,) = self.seen(office).payees
        assert payee.name == "ｻﾄｳ ｵﾄﾒ"
        assert [(each.written, each.read) for each in payee.conversions] == [("ヲ", "ｵ")]

    def test_a_name_that_does_not_fit_is_left_out_by_name(self, office: Office) -> None:
        shop = office.town.shop
        office.account(shop, BankAccount("0517", "001", "1", "7654321", "ﾊﾟ" * 16))
        owe(office.town, {shop: 100})
        (left,) = self.seen(office).left_out
        assert (left.why, left.holder) == ("unfit", "ﾊﾟ" * 16)
        assert office.prepare().outcome == "nothing"

    def test_without_an_account(self, office: Office) -> None:
        shop, other = office.town.shop, office.town.large_shop
        owe(office.town, {shop: 100, other: 200})
        account_versions.enter(deed(office.hand).actor, other, ACCOUNT, reason="試験")
        found = self.seen(office)
        assert [each.why for each in found.left_out] == ["no_account", "account_waiting"]
        assert (found.payees, found.left_yen) == ((), 300)

    def test_one_that_waits_does_not_stop_the_one_in_force(self, owing: Office) -> None:
        account_versions.enter(deed(owing.hand).actor, owing.town.shop, OTHER, reason="試験")
        assert self.seen(owing).payees[0].account == ACCOUNT

    def test_the_first_days_of_an_account(self, owing: Office) -> None:
        owing.set_rules(first_payout_hold_days=30)
        found = self.seen(owing)
        assert [each.why for each in found.left_out] == ["first_days"] * 2
        until = found.left_out[0].until
        assert until == tomorrow() + timedelta(days=29)
        later = preview(owing.issuer, until, with_refunds=False)
        assert len(later.payees) == 2

    def test_an_account_of_before_has_no_first_days(self, owing: Office) -> None:
        owing.set_rules(first_payout_hold_days=30)
        version = AccountVersion(decided_by="system", decided_at=None)
        from hansatsu.flows.settlement.payouts.choosing import first_day_of
        from hansatsu.flows.settlement.rules import rules_of

        assert first_day_of(version, rules_of(owing.issuer)) is None

    def test_held_until_its_day(self, owing: Office) -> None:
        day = owing.day
        hold = holds.propose(deed(owing.clerk), owing.clerk, owing.town.shop, until_day=None)
        assert hold is not None
        assert len(self.seen(owing).payees) == 2
        assert holds.approve(deed(owing.owner), owing.owner, hold) == ""
        (left,) = self.seen(owing).left_out
        assert (left.why, left.yen) == ("held", 5_000)
        holds.release(deed(owing.owner), owing.owner, hold)
        ends = holds.propose(deed(owing.clerk), owing.clerk, owing.town.shop, until_day=day)
        assert ends is not None
        holds.approve(deed(owing.owner), owing.owner, ends)
        assert len(self.seen(owing).payees) == 2

    def test_what_the_shop_bears_of_the_fee(self, owing: Office) -> None:
        fees = [
            {"from_yen": 0, "same_bank": 110, "other_bank": 700},
            {"from_yen": 3_000, "same_bank": 220, "other_bank": 880},
        ]
        owing.set_rules(fee_bearer="shop", transfer_fees=fees)
        found = self.seen(owing)
        assert [(each.yen, each.fee, each.net) for each in found.payees] == [(5_000, 880, 4_120)]
        assert [each.why for each in found.left_out] == ["below_fee"]
        owing.set_rules(own_bank="0517")
        assert [each.fee for each in self.seen(owing).payees] == [220, 110]
        owing.set_rules(fee_bearer="issuer")
        assert [each.fee for each in self.seen(owing).payees] == [0, 0]

    def test_what_is_due_later_waits(self, owing: Office) -> None:
        day = owing.day
        owe(owing.town, {owing.town.shop: 40}, due_on=day + timedelta(days=1))
        assert preview(owing.issuer, day, with_refunds=False).total == 5_700
        assert preview(owing.issuer, day + timedelta(days=1), with_refunds=False).total == 5_740


class TestPreparing:
    def test_freezes_what_was_shown_and_makes_the_file(self, owing: Office) -> None:
        run = owing.prepared()
        assert (run.number, run.count, run.total, run.state) == (1, 2, 5_700, "prepared")
        content = open_file(run)
        assert hashlib.sha256(content).hexdigest() == run.file_sha256
        file = read_file(run)
        assert (file.total, file.month_and_day) == (5_700, f"{run.pay_on:%m%d}")
        assert [(row.payee, row.number, row.yen, row.new_code) for row in file.rows] == [
            ("ｶ)ｺﾔﾏｼﾖｸﾄﾞｳ", "7654321", 5_000, "1"),
            ("ｶ)ｺﾔﾏｼﾖｸﾄﾞｳ", "7654321", 700, "1"),
        ]
        assert (file.originator.name, file.originator.bank_name) == ("ｵﾔﾏｼｷﾖｳﾂｳｼﾖｳﾋﾝｹﾝ", "ｱｼｶｶﾞ")
        assert states(owing) == ["in_run", "in_run"]
        assert acts(owing) == ["run_prepared"]
        said = last(owing)
        assert (said["total"], said["count"], said["file_sha256"]) == (5_700, 2, run.file_sha256)

    def test_the_file_of_a_sandbox_says_sample(self, owing: Office) -> None:
        run = owing.prepared()
        day = f"{run.pay_on:%Y%m%d}"
        assert run.file_name == f"FURIKOMI-見本-{owing.issuer.code}-0001-{day}.txt"
        live = Issuer(code="OEM2", mode=Mode.LIVE)
        from hansatsu.flows.settlement.payouts.bank_file import file_name

        assert file_name(live, 3, run.pay_on) == f"FURIKOMI-OEM2-0003-{day}.txt"

    def test_twice_makes_one_run(self, owing: Office) -> None:
        day = owing.day
        shown = preview(owing.issuer, day, with_refunds=False).digest
        by = owing.clerk
        first, second = (
            preparing.prepare(deed(by), by, day, with_refunds=False, shown=shown) for _ in range(2)
        )
        assert (first.outcome, second.outcome) == ("prepared", "changed")
        assert PayoutRun.objects.of(owing.issuer).count() == 1

    @pytest.mark.parametrize("what", ["no_originator", "no_bank_day", "too_soon", "changed"])
    def test_refused(self, owing: Office, what: str) -> None:
        day, shown = owing.day, ""
        if what == "no_originator":
            owing.set_rules(originator_code="")
        if what == "no_bank_day":
            day = next(
                each
                for each in (day + timedelta(days=step) for step in range(9))
                if next_bank_day(each) != each
            )
        if what == "too_soon":
            owing.set_rules(hand_in_days=10)
        if what != "changed":
            shown = preview(owing.issuer, day, with_refunds=False).digest
        before = everything(owing)
        made = preparing.prepare(
            deed(owing.clerk), owing.clerk, day, with_refunds=False, shown=shown
        )
        assert (made.outcome, made.run) == (what, None)
        assert everything(owing) == before

    def test_not_for_a_day_of_another_year(self, owing: Office) -> None:
        """The file says month and day alone: a bank would take next year's for this year's, which
        gets round the first days of an account, and a hold that is to end by then."""
        owing.set_rules(first_payout_hold_days=30)
        hold = holds.propose(
            deed(owing.hand), owing.hand, owing.town.shop, until_day=owing.day + timedelta(days=30)
        )
        assert hold is not None
        assert holds.approve(deed(owing.eyes), owing.eyes, hold) == ""
        assert preview(owing.issuer, owing.day, with_refunds=False).payees == ()
        day = next_bank_day(owing.day + timedelta(days=MOST_DAYS_AHEAD + 1))
        before = everything(owing)
        assert owing.prepare(day).outcome == "too_far"
        assert everything(owing) == before
        assert MOST_DAYS_AHEAD < 365 - 31

    def test_of_more_rows_than_a_statement_has_parameters(self, owing: Office) -> None:
        """65,535 of them: Django makes several statements of 3,641 rows."""
        with mock.patch.object(connection.features, "max_query_params", 20):
            run = owing.prepared()
        assert [(row.place, row.net_yen) for row in rows(run)] == [(1, 5_000), (2, 700)]
        assert owing.approve(run) == ""

    def test_nothing_is_no_run(self, office: Office) -> None:
        assert office.prepare().outcome == "nothing"
        assert PayoutRun.objects.of(office.issuer).count() == 0

    def test_what_failed_to_come_is_paid_by_the_next(self, owing: Office) -> None:
        first = owing.prepared()
        assert owing.prepare().outcome == "nothing"
        owing.owe({owing.town.shop: 30})
        second = owing.prepared()
        assert (first.number, second.number, second.total) == (1, 2, 30)


class TestApproving:
    def test_by_another_who_read_the_total(self, owing: Office) -> None:
        run = owing.prepared()
        before = everything(owing)
        assert approving.approve(deed(owing.owner), owing.owner, run, total=1) == "other_total"
        assert owing.approve(run, owing.clerk) == "oneself"
        assert everything(owing) == before
        assert owing.approve(run) == ""
        assert owing.approve(run) == "decided"
        run.refresh_from_db()
        assert (run.state, run.approved_by) == ("approved", owing.owner)
        assert acts(owing) == ["run_prepared", "run_approved"]
        assert last(owing)["total"] == 5_700

    def test_not_by_who_entered_an_account_that_is_paid_first(self, owing: Office) -> None:
        run = owing.prepared()
        before = everything(owing)
        assert owing.approve(run, owing.hand) == "entered_account"
        assert everything(owing) == before
        assert owing.approve(run, owing.eyes) == ""

    def test_who_entered_one_that_was_paid_before_may(self, owing: Office) -> None:
        owing.paid()
        owing.owe({owing.town.shop: 30})
        run = owing.prepared()
        assert rows(run)[0].new_code == "0"
        assert owing.approve(run, owing.hand) == ""

    def test_a_changed_account_is_paid_the_first_time_again(self, owing: Office) -> None:
        owing.paid()
        owing.account(owing.town.shop, OTHER)
        owing.owe({owing.town.shop: 30})
        run = owing.prepared()
        assert rows(run)[0].new_code == "2"
        assert owing.approve(run, owing.hand) == "entered_account"

    def test_not_once_an_account_has_changed(self, owing: Office) -> None:
        run = owing.prepared()
        owing.account(owing.town.shop, OTHER)
        assert [each.why for each in stale_rows(run)] == ["account_changed"]
        before = everything(owing)
        assert owing.approve(run) == "stale"
        assert everything(owing) == before
        assert approving.drop(deed(owing.clerk), owing.clerk, run) == ""
        again = owing.prepared()
        assert (again.number, again.total) == (2, 5_700)
        assert read_file(again).rows[0].number == OTHER.number

    def test_not_once_a_shop_is_held(self, owing: Office) -> None:
        run = owing.prepared()
        hold = holds.propose(deed(owing.clerk), owing.clerk, owing.town.shop, until_day=None)
        assert hold is not None
        holds.approve(deed(owing.owner), owing.owner, hold)
        assert owing.approve(run) == "stale"

    def test_not_after_the_bank_wanted_it(self, owing: Office) -> None:
        run = owing.prepared()
        with on(run.hand_in_by):
            assert approving.why_not(run, owing.owner) == ""
        with on(run.hand_in_by + timedelta(days=1)):
            assert owing.approve(run) == "missed"
            assert owing.fetch(run).refusal == "not_approved"

    def test_dropped_waits_again(self, owing: Office) -> None:
        run = owing.approved()
        assert approving.drop(deed(owing.clerk), owing.clerk, run) == ""
        assert states(owing) == ["waiting", "waiting"]
        assert acts(owing)[-1] == "run_dropped"
        before = everything(owing)
        assert approving.drop(deed(owing.clerk), owing.clerk, run) == "decided"
        assert owing.approve(run) == "decided"
        assert owing.fetch(run).refusal == "not_approved"
        assert everything(owing) == before

    def test_one_that_missed_its_day_has_one_that_follows(self, owing: Office) -> None:
        run = owing.approved()
        by, late = owing.clerk, run.hand_in_by + timedelta(days=1)
        with on(late):
            assert owing.fetch(run).refusal == "missed"
            assert approving.drop(deed(by), by, run) == ""
            day = owing.day
            shown = preview(owing.issuer, day, with_refunds=False).digest

            def again() -> preparing.Made:
                return preparing.prepare(
                    deed(by), by, day, with_refunds=False, shown=shown, follows=run
                )

            made = again()
            assert made.run is not None
            assert (made.run.follows, made.run.pay_on > run.pay_on) == (run, True)
            assert made.run.file_sha256 != run.file_sha256
            assert last(owing)["follows"] == 1
            assert again().outcome == "not_missed"


class TestHandingOver:
    def test_is_fetched_once_and_again_by_another_only(self, owing: Office) -> None:
        run = owing.prepared()
        before = everything(owing)
        assert owing.fetch(run).refusal == "not_approved"
        assert everything(owing) == before
        owing.approve(run)
        fetched = owing.fetch(run)
        assert hashlib.sha256(fetched.content).hexdigest() == run.file_sha256
        run.refresh_from_db()
        assert (run.state, run.handed_over_by) == (RunState.HANDED_OVER, owing.clerk)
        before = everything(owing)
        assert owing.fetch(run).refusal == "oneself"
        assert approving.drop(deed(owing.clerk), owing.clerk, run) == "handed_over"
        assert everything(owing) == before
        assert owing.fetch(run, owing.owner).content == fetched.content
        assert owing.fetch(run, owing.owner).refusal == "oneself"
        assert acts(owing)[-2:] == ["run_handed_over", "run_fetched_again"]

    def test_not_once_an_account_has_changed(self, owing: Office) -> None:
        run = owing.approved()
        owing.account(owing.town.shop, OTHER)
        before = everything(owing)
        assert owing.fetch(run).refusal == "stale"
        assert everything(owing) == before

    def test_a_change_after_the_approval_raises_an_alarm_once(self, owing: Office) -> None:
        run = owing.handed_over()
        alarms = Alarm.objects.of(owing.issuer).filter(kind="run_stale")
        alarm_of_changes()
        assert alarms.count() == 0
        owing.account(owing.town.shop, OTHER)
        alarm_of_changes()
        alarm_of_changes()
        (alarm,) = alarms
        assert (alarm.subject, "S0001" in alarm.text, "5,000円" in alarm.text) == (
            run.subject,
            True,
            True,
        )

    def test_another_file_is_not_given_out(self, owing: Office) -> None:
        run = owing.approved()
        run.file_sha256 = "0" * 64
        with pytest.raises(RuntimeError):
            open_file(run)


class TestMarking:
    def test_on_its_day_and_once(self, owing: Office) -> None:
        run = owing.handed_over()
        by = owing.clerk
        before = everything(owing)
        with on(run.pay_on - timedelta(days=1)):
            assert marking.mark_paid(deed(by), by, run) == "too_early"
        assert owing.mark(run, {9: "口座なし"}) == "unknown_row"
        assert everything(owing) == before
        assert owing.mark(run) == ""
        assert states(owing) == ["paid", "paid"]
        assert {row.outcome for row in rows(run)} == {"paid"}
        assert (last(owing)["count"], last(owing)["total"]) == (2, 5_700)
        before = everything(owing)
        assert owing.mark(run) == "marked"
        assert everything(owing) == before

    def test_not_before_it_was_handed_over(self, owing: Office) -> None:
        run = owing.approved()
        before = everything(owing)
        assert owing.mark(run) == "not_handed_over"
        assert everything(owing) == before

    def test_one_failed_is_paid_by_the_next_run_to_the_account_of_then(self, owing: Office) -> None:
        run = owing.paid({1: "口座名義相違"})
        failed, paid = rows(run)
        assert (failed.outcome, failed.failed_reason) == ("failed", "口座名義相違")
        assert (paid.outcome, states(owing)) == ("paid", ["in_run", "paid"])
        assert (last(owing)["failed"], last(owing)["failed_total"]) == (1, 5_000)
        owing.account(owing.town.shop, OTHER)
        with on(run.pay_on):
            assert owing.prepare().outcome == "nothing"
        assert owing.returned(failed, 4_340) == ""
        assert states(owing) == ["waiting", "paid"]
        with on(run.pay_on):
            again = owing.prepared()
        assert (again.total, read_file(again).rows[0].number) == (5_000, OTHER.number)

    def test_what_came_back_is_refused_when_it_cannot_be(self, owing: Office) -> None:
        run = owing.paid({1: "口座名義相違"})
        failed, paid = rows(run)
        before = everything(owing)
        by = owing.clerk

        def back(row: PayoutRow, **more: Any) -> str:
            said = {"on": run.pay_on, "yen": row.net_yen} | more
            with on(run.pay_on):
                return marking.take_back(deed(by), by, row, **said)

        assert back(failed, yen=5_001) == "wrong_yen"
        assert back(failed, yen=0) == "wrong_yen"
        assert back(failed, on=run.pay_on + timedelta(days=1)) == "wrong_day"
        assert back(failed, on=tomorrow() - timedelta(days=2)) == "wrong_day"
        assert back(paid) == "not_failed"
        assert everything(owing) == before
        assert back(failed) == ""
        assert back(failed) == "returned"

    def test_the_bank_tells_afterwards(self, owing: Office) -> None:
        run = owing.paid()
        row = rows(run)[0]
        assert marking.fail_row(deed(owing.clerk), row, "該当口座なし") == ""
        assert marking.fail_row(deed(owing.clerk), row, "該当口座なし") == "failed"
        assert states(owing) == ["in_run", "paid"]
        assert marking.paid_after_all(deed(owing.clerk), row) == ""
        assert marking.paid_after_all(deed(owing.clerk), row) == "not_failed"
        assert states(owing) == ["paid", "paid"]
        marking.fail_row(deed(owing.clerk), row, "該当口座なし")
        assert owing.returned(row) == ""
        assert marking.paid_after_all(deed(owing.clerk), row) == "returned"
        assert states(owing) == ["waiting", "paid"]

    def test_a_row_does_not_fail_before_its_run_is_marked(self, owing: Office) -> None:
        run = owing.handed_over()
        before = everything(owing)
        assert marking.fail_row(deed(owing.clerk), rows(run)[0], "x") == "not_marked"
        assert everything(owing) == before


def test_another_issuers_payables_are_not_paid(owing: Office) -> None:
    other = Office(make_town())
    assert other.prepare().outcome == "nothing"
    assert states(owing) == ["waiting", "waiting"]


def test_a_payee_of_nobody_is_not_made(owing: Office) -> None:
    found = preview(owing.issuer, owing.day, with_refunds=False)
    assert all(isinstance(each, Payee) and each.net > 0 for each in found.payees)
    assert isinstance(employ(owing.issuer), Staff)
