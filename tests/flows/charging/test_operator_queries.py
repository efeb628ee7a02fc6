"""Money that waits for a person: what operators see and do, each act with its reason on record."""

import pytest

from hansatsu.flows.charging import bank_transfers, refunds
from hansatsu.flows.charging.bank_transfers import masked_account, show_account
from hansatsu.flows.charging.models import Method, OrderState, Task, Transfer
from hansatsu.flows.charging.operator_acts import charge_again, take_note
from hansatsu.flows.charging.operator_queries import (
    find_issuers_order,
    find_task,
    find_transfer,
)
from hansatsu.ledger import api as ledger
from hansatsu.messages.mail.models import Mail
from hansatsu.parties.issuers.audit import CONSOLE, Actor
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.issuers.models import AuditEntry
from hansatsu.parties.seals.bank_accounts import BankAccount
from hansatsu.parties.wallets.selectors import total_balance
from tests.flows.charging.shopper import (
    PRICE,
    Shopper,
    paid_at_the_bank,
    ready_for_transfer,
    wrong,
)
from tests.town import make_town

ACCOUNT = BankAccount("0517", "001", "1", "7654321", "ｵﾔﾏ ﾊﾅｺ")


@pytest.fixture
def shopper() -> Shopper:
    return Shopper()


@pytest.fixture
def deed(shopper: Shopper) -> Deed:
    actor = Actor(shopper.town.issuer, "staff:1", "事務 一郎", CONSOLE)
    return Deed(actor, "電話で確認済み")


def acts(shopper: Shopper) -> list[tuple[str, str, str]]:
    entries = AuditEntry.objects.of(shopper.town.issuer).order_by("pk")
    return list(entries.values_list("act", "subject", "reason"))


def open_tasks(shopper: Shopper) -> list[Task]:
    return list(Task.objects.of(shopper.town.issuer).exclude(state="done").order_by("pk"))


def late(shopper: Shopper) -> Task:
    """Card money that came after its order had ended."""
    order = shopper.order()
    shopper.tell("expired", order)
    shopper.tell("paid", order, shopper.pays(order))
    return shopper.task(order, "late")


class TestTransfer:
    def test_is_paid_once_and_told(self, shopper: Shopper, deed: Deed) -> None:
        transfer = ready_for_transfer(shopper, ACCOUNT)
        order = transfer.task.order
        assert bank_transfers.mark_paid(transfer, deed) == "not_in_run"
        assert_nothing_was_paid(shopper, transfer)
        assert paid_at_the_bank(transfer, deed) == "paid"
        assert paid_at_the_bank(transfer, deed) == "not_waiting"
        assert bank_transfers.mark_paid(transfer, deed) == "not_in_run"
        assert open_tasks(shopper) == []
        assert order.payments.get().refunded == PRICE
        told = Mail.objects.of(order.issuer).latest("pk")
        assert (told.kind, "****321" in told.text) == ("order_transferred", True)
        assert acts(shopper) == [("transfer_paid", f"order:{order.number}", deed.reason)]
        assert wrong(order) == []

    def test_ends_an_order_that_could_not_be_charged(self, shopper: Shopper, deed: Deed) -> None:
        order = shopper.order(Method.KONBINI)
        shopper.close_wallet()
        shopper.tell("paid", order, shopper.pays(order))
        task = shopper.task(order, "uncharged")
        transfer = ready_for_transfer(shopper, ACCOUNT, task)
        order.refresh_from_db()
        assert order.state == OrderState.PAID
        assert paid_at_the_bank(transfer, deed) == "paid"
        order.refresh_from_db()
        assert order.state == OrderState.REFUNDED
        assert wrong(order) == []

    def test_not_while_the_bank_has_the_money(self, shopper: Shopper, deed: Deed) -> None:
        transfer = ready_for_transfer(shopper, ACCOUNT)
        task = transfer.task
        shopper.tell("disputed", task.order, task.payment.payment_id)
        assert paid_at_the_bank(transfer, deed) == "disputed"
        assert_nothing_was_paid(shopper, transfer)

    def test_not_when_the_provider_has_refunded_it(self, shopper: Shopper, deed: Deed) -> None:
        transfer = ready_for_transfer(shopper, ACCOUNT)
        task = transfer.task
        shopper.tell("refunded", task.order, task.payment.payment_id)
        assert paid_at_the_bank(transfer, deed) == "not_waiting"
        assert_nothing_was_paid(shopper, transfer)

    def test_account_is_masked_and_looking_is_on_record(self, shopper: Shopper, deed: Deed) -> None:
        transfer = ready_for_transfer(shopper, ACCOUNT)
        assert masked_account(transfer) == "0517-001 普通 ****321"
        assert acts(shopper) == []
        assert show_account(transfer, deed) == ACCOUNT
        assert acts(shopper) == [
            ("account_shown", f"order:{transfer.task.order.number}", deed.reason)
        ]


def assert_nothing_was_paid(shopper: Shopper, transfer: Transfer) -> None:
    transfer.refresh_from_db()
    assert (transfer.state, transfer.paid_at) == ("waiting", None)
    assert acts(shopper) == []
    assert not Mail.objects.of(transfer.issuer).filter(kind="order_transferred").exists()


class TestTask:
    def test_money_goes_back_once(self, shopper: Shopper, deed: Deed) -> None:
        first, second = late(shopper), late(shopper)
        other = Shopper()
        late(other)
        assert open_tasks(shopper) == [first, second]
        assert refunds.give_back(first, deed=deed) == "begun"
        assert open_tasks(shopper) == [second]
        assert acts(shopper) == [("money_back", f"order:{first.order.number}", deed.reason)]
        assert refunds.give_back(first, deed=deed) == "not_open"
        assert len(acts(shopper)) == 1

    def test_nothing_of_another_issuer_is_found(self, shopper: Shopper) -> None:
        transfer = ready_for_transfer(shopper, ACCOUNT)
        stranger, task = make_town().issuer, transfer.task
        assert find_task(stranger, task.pk) is None
        assert find_transfer(stranger, transfer.pk) is None
        assert find_issuers_order(stranger, task.order_id) is None
        assert find_task(task.issuer, task.pk) == task
        assert find_transfer(task.issuer, transfer.pk) == transfer
        assert find_issuers_order(task.issuer, task.order_id) == task.order

    def test_order_is_taken_back(self, shopper: Shopper, deed: Deed) -> None:
        order, _ = shopper.charged()
        assert refunds.refund_order(order, deed=deed) == "begun"
        assert refunds.refund_order(order, deed=deed) == "not_charged"
        assert acts(shopper) == [("order_taken_back", f"order:{order.number}", deed.reason)]

    def test_lost_dispute_is_taken_note_of_once(self, shopper: Shopper, deed: Deed) -> None:
        order, payment = shopper.charged()
        shopper.tell("disputed", order, payment)
        assert not take_note(shopper.task(order, "chargeback"), deed)
        shopper.tell("dispute_lost", order, payment)
        task = shopper.task(order, "dispute_lost")
        assert take_note(task, deed)
        assert not take_note(task, deed)
        assert not take_note(late(shopper), deed)
        assert acts(shopper) == [("dispute_noted", f"order:{order.number}", deed.reason)]
        assert wrong(order) == []


class TestChargeAgain:
    def test_when_there_is_room(self) -> None:
        shopper = Shopper(make_town(limits=ledger.Limits(holding=20_000)))
        town, order = shopper.town, shopper.order()
        deed = Deed(Actor(town.issuer, "staff:1", "事務 一郎", CONSOLE), "残高が減った")
        town.charge(town.resident, town.all_shops, 10_000)
        assert shopper.tell("paid", order, shopper.pays(order)) == "not_charged"
        task = shopper.task(order, "uncharged")
        assert charge_again(task, deed) == "not_charged"
        assert acts(shopper) == []
        town.pay(town.resident, town.shop, 9_000)
        assert charge_again(task, deed) == "charged"
        assert charge_again(task, deed) == "not_paid"
        assert total_balance(town.issuer, town.resident.wallet_id) == 14_000
        assert acts(shopper) == [("order_charged", f"order:{order.number}", deed.reason)]
        assert wrong(order) == []

    def test_not_when_the_money_leaves(self, shopper: Shopper, deed: Deed) -> None:
        order = shopper.order(Method.KONBINI)
        shopper.close_wallet()
        shopper.tell("paid", order, shopper.pays(order))
        task = shopper.task(order, "uncharged")
        assert refunds.give_back(task) == "asked"
        assert charge_again(task, deed) == "leaving"
        assert acts(shopper) == []
