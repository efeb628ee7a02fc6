"""Residents' refunds in a run: two people see them, and they go out once."""

import pytest
from django.db import transaction

from hansatsu.flows.charging import bank_transfers
from hansatsu.flows.charging.models import Transfer
from hansatsu.flows.settlement.payouts import marking
from hansatsu.flows.settlement.payouts.approving import drop
from hansatsu.flows.settlement.payouts.choosing import preview
from hansatsu.flows.settlement.payouts.staleness import alarm_of_changes, stale_rows
from hansatsu.messages.mail.models import Mail
from hansatsu.parties.issuers.models import Alarm
from hansatsu.parties.seals.bank_accounts import BankAccount
from tests.flows.charging.shopper import PRICE, Shopper, ready_for_transfer, wrong
from tests.support.paying_out import Office, deed, on, rows

pytestmark = pytest.mark.usefixtures("server")

ACCOUNT = BankAccount("0517", "001", "1", "7654321", "ｵﾔﾏ ﾊﾅｺ")
OTHER = BankAccount("0517", "001", "1", "1112223", "ｵﾔﾏ ﾊﾅｺ")


class Case:
    """A shop is owed 5,000 yen, a resident her price."""

    def __init__(self) -> None:
        self.shopper = Shopper()
        self.office = Office(self.shopper.town)
        self.office.owe({self.office.town.shop: 5_000})
        self.transfer = ready_for_transfer(self.shopper, ACCOUNT)

    @property
    def state(self) -> str:
        return Transfer.objects.get(pk=self.transfer.pk).state

    def told(self, kind: str) -> int:
        return Mail.objects.of(self.office.issuer).filter(kind=kind).count()

    def lose(self, yen: int) -> None:
        """A part of the payment is taken back by the payer's bank."""
        task = self.transfer.task
        self.shopper.tell("dispute_lost", task.order, task.payment.payment_id, amount=yen)


@pytest.fixture
def case() -> Case:
    return Case()


def test_goes_along_only_where_it_is_chosen(case: Case) -> None:
    office = case.office
    assert preview(office.issuer, office.day, with_refunds=False).total == 5_000
    assert preview(office.issuer, office.day, with_refunds=True).total == 5_000 + PRICE
    run = office.prepared()
    assert (run.total, case.state) == (5_000, "waiting")


def test_is_paid_with_the_shops_and_told(case: Case) -> None:
    office = case.office
    run = office.handed_over(refunds=True)
    assert (run.total, case.state) == (5_000 + PRICE, "in_run")
    assert [row.payee for row in rows(run)] == ["ｶ)ｺﾔﾏｼﾖｸﾄﾞｳ", "ｵﾔﾏ ﾊﾅｺ"]
    assert case.told("order_transferred") == 0
    assert office.mark(run) == ""
    assert (case.state, case.told("order_transferred")) == ("paid", 1)
    assert case.transfer.task.order.payments.get().refunded == PRICE
    assert wrong(case.transfer.task.order) == []


def test_is_in_one_run(case: Case) -> None:
    case.office.prepared(refunds=True)
    assert case.office.prepare(refunds=True).outcome == "nothing"
    with transaction.atomic():
        assert bank_transfers.put_in_run(case.transfer, shown=PRICE) == "not_waiting"


def test_one_that_is_less_now_makes_the_run_stale(case: Case) -> None:
    office = case.office
    run = office.approved(refunds=True)
    case.lose(3_000)
    assert [each.why for each in stale_rows(run)] == ["refund_changed"]
    assert office.fetch(run).refusal == "stale"
    lowered = Alarm.objects.of(office.issuer).get(kind="transfer_lowered")
    assert "取りやめてください" in lowered.text
    alarm_of_changes()
    assert Alarm.objects.of(office.issuer).filter(kind="run_stale").count() == 1
    drop(deed(office.clerk), office.clerk, run)
    case.transfer.refresh_from_db()
    assert (case.transfer.state, case.transfer.yen) == ("waiting", PRICE - 3_000)
    again = office.prepared(refunds=True)
    assert again.total == 5_000 + PRICE - 3_000
    assert wrong(case.transfer.task.order) == []


def test_one_that_was_sent_although_it_was_less_is_told(case: Case) -> None:
    office = case.office
    run = office.handed_over(refunds=True)
    case.lose(3_000)
    assert office.mark(run) == ""
    assert case.state == "paid"
    assert Alarm.objects.of(office.issuer).filter(kind="refunded_twice").count() == 1
    assert wrong(case.transfer.task.order) == []


@pytest.mark.parametrize("when", ["with the run", "afterwards"])
def test_one_that_failed_asks_for_another_account(case: Case, when: str) -> None:
    office = case.office
    run = office.paid({2: "口座名義相違"} if when == "with the run" else None, refunds=True)
    row = rows(run)[1]
    if when == "afterwards":
        assert marking.fail_row(deed(office.clerk), row, "口座名義相違") == ""
    asked = case.told("order_account")
    assert office.returned(row) == ""
    assert (case.state, case.told("order_account")) == ("waiting", asked + 1)
    task = case.transfer.task
    task.refresh_from_db()
    assert task.state == "asked"
    assert wrong(task.order) == []
    with on(run.pay_on):
        assert office.prepare(refunds=True).outcome == "nothing"


def test_paid_after_all(case: Case) -> None:
    office = case.office
    run = office.paid({2: "口座名義相違"}, refunds=True)
    assert (case.state, case.told("order_transferred")) == ("in_run", 0)
    assert marking.paid_after_all(deed(office.clerk), rows(run)[1]) == ""
    assert (case.state, case.told("order_transferred")) == ("paid", 1)
