"""Money goes back once: by the provider, or by a transfer to an account that the payer names."""

from typing import ClassVar

import pytest

from hansatsu.flows.charging import polling
from hansatsu.flows.charging import refunds as order_refunds
from hansatsu.flows.charging.models import (
    OWED,
    Checkout,
    Method,
    OrderState,
    SandboxCheckout,
    SandboxRefund,
    Task,
    Transfer,
)
from hansatsu.flows.charging.polling import poll_orders
from hansatsu.flows.charging.psp import registry
from hansatsu.flows.charging.psp.base import (
    EventKind,
    ProviderDownError,
    ProviderRefusedError,
    Refunded,
)
from hansatsu.flows.charging.psp.sandbox import books
from hansatsu.flows.charging.psp.sandbox.provider import SandboxProvider
from hansatsu.messages.mail.models import Mail
from hansatsu.parties.identity.mailed_links import find_link
from hansatsu.parties.identity.models import MailedLink, Purpose
from hansatsu.parties.issuers.audit import CONSOLE, Actor
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.issuers.models import Alarm
from hansatsu.parties.seals.bank_accounts import BankAccount, open_account
from hansatsu.parties.wallets.selectors import total_balance
from tests.flows.charging.shopper import (
    PRICE,
    Shopper,
    paid_at_the_bank,
    ready_for_transfer,
    wrong,
)

ACCOUNT = BankAccount("0517", "001", "1", "7654321", "ｵﾔﾏ ﾊﾅｺ")


class Moody(SandboxProvider):
    """The sandbox, whose line is cut before or after it has done what it was asked."""

    mood: ClassVar[str] = "before"

    def refund(self, payment: str, amount: int, key: str) -> Refunded:
        if self.mood == "before":
            raise ProviderDownError("cut")
        if self.mood == "refused":
            raise ProviderRefusedError("the card is gone")
        done = super().refund(payment, amount, key)
        if self.mood == "after":
            raise ProviderDownError("cut")
        return Refunded(done.reference, pending=self.mood == "pending")


@pytest.fixture
def shopper() -> Shopper:
    return Shopper()


@pytest.fixture
def moody(monkeypatch: pytest.MonkeyPatch) -> type[Moody]:
    monkeypatch.setitem(registry.PROVIDERS, "sandbox", Moody)
    monkeypatch.setattr(order_refunds, "PATIENCE", order_refunds.PATIENCE * 0)
    return Moody


@pytest.fixture
def deed(shopper: Shopper) -> Deed:
    return Deed(Actor(shopper.town.issuer, "staff:1", "事務 一郎", CONSOLE), "振込日")


def late(shopper: Shopper, method: Method = Method.CARD) -> Task:
    """Money that came after the order had ended."""
    order = shopper.order(method)
    shopper.tell("expired", order)
    assert shopper.tell("paid", order, shopper.pays(order)) == "late"
    return shopper.task(order, "late")


def refunds(task: Task) -> list[int]:
    """What the sandbox has given back of a task's payment."""
    found = SandboxRefund.objects.filter(payment__reference=task.payment.payment_id)
    return [each.amount for each in found]


def state(task: Task) -> str:
    task.refresh_from_db()
    return task.state


class TestByCard:
    def test_goes_back_once(self, shopper: Shopper) -> None:
        task = late(shopper)
        assert order_refunds.give_back(task) == "begun"
        assert (state(task), refunds(task)) == ("done", [PRICE])
        assert order_refunds.give_back(task) == "not_open"
        shopper.tell("refunded", task.order, task.payment.payment_id)  # the webhook
        assert (state(task), refunds(task)) == ("done", [PRICE])
        assert wrong(task.order) == []

    def test_what_is_left_goes_back_after_a_part(self, shopper: Shopper) -> None:
        """Somebody gave a part back at the provider, without us."""
        task = late(shopper)
        payment = task.payment.payment_id
        part = shopper.tell("refunded", task.order, payment, amount=3_000, about="by hand")
        assert part == "refunded_in_part"
        task.refresh_from_db()
        assert (task.state, task.yen) == ("open", PRICE - 3_000)
        assert order_refunds.give_back(task) == "begun"
        assert (state(task), refunds(task)) == ("done", [PRICE - 3_000])
        assert order_refunds.give_back(task) == "not_open"
        assert wrong(task.order) == []

    @pytest.mark.parametrize("mood", ["before", "after"])
    def test_crash_between_the_two(
        self, shopper: Shopper, moody: type[Moody], monkeypatch: pytest.MonkeyPatch, mood: str
    ) -> None:
        monkeypatch.setattr(moody, "mood", mood)
        task = late(shopper)
        assert order_refunds.give_back(task) == "begun"
        assert state(task) == "giving"
        order_refunds.ask_again()
        assert state(task) == "giving"
        monkeypatch.setattr(moody, "mood", "well")
        order_refunds.ask_again()
        order_refunds.ask_again()
        assert (state(task), refunds(task)) == ("done", [PRICE])
        assert wrong(task.order) == []

    def test_refused(
        self, shopper: Shopper, moody: type[Moody], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(moody, "mood", "refused")
        task = late(shopper)
        order_refunds.give_back(task)
        assert (state(task), refunds(task)) == ("open", [])
        assert Alarm.objects.of(task.issuer).latest("pk").kind == "refund_refused"

    def test_pending_is_done_when_told(
        self, shopper: Shopper, moody: type[Moody], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(moody, "mood", "pending")
        task = late(shopper)
        order_refunds.give_back(task)
        assert state(task) == "giving"
        shopper.tell("refunded", task.order, task.payment.payment_id)
        assert (state(task), refunds(task)) == ("done", [PRICE])

    def test_not_while_disputed(self, shopper: Shopper) -> None:
        task = late(shopper)
        shopper.tell("disputed", task.order, task.payment.payment_id)
        assert order_refunds.give_back(task) == "disputed"
        assert (state(task), refunds(task)) == ("open", [])
        chargeback = shopper.task(task.order, "chargeback")
        assert order_refunds.give_back(chargeback) == "not_open"
        shopper.tell("dispute_won", task.order, task.payment.payment_id)
        assert order_refunds.give_back(task) == "begun"
        assert refunds(task) == [PRICE]


class TestOrder:
    """An operator takes a charged order back."""

    def test_unspent(self, shopper: Shopper) -> None:
        order, _ = shopper.charged()
        assert order_refunds.refund_order(order) == "begun"
        order.refresh_from_db()
        task = shopper.task(order, "refund")
        assert (order.state, task.state, refunds(task)) == (OrderState.REVERSED, "done", [PRICE])
        assert total_balance(order.issuer, order.resident.wallet_id) == 0
        assert order_refunds.refund_order(order) == "not_charged"
        assert refunds(task) == [PRICE]
        assert wrong(order) == []

    def test_spent_is_refused_and_changes_nothing(self, shopper: Shopper) -> None:
        order, _ = shopper.charged()
        shopper.town.pay(shopper.town.resident, shopper.town.shop, 1)
        before = total_balance(order.issuer, order.resident.wallet_id)
        assert order_refunds.refund_order(order) == "spent"
        order.refresh_from_db()
        assert order.state == OrderState.CHARGED
        assert total_balance(order.issuer, order.resident.wallet_id) == before
        assert not order.tasks.exists()

    def test_disputed_is_refused(self, shopper: Shopper) -> None:
        order, payment = shopper.charged()
        shopper.tell("disputed", order, payment, amount=1)
        assert order_refunds.refund_order(order) == "disputed"
        order.refresh_from_db()
        assert order.state == OrderState.CHARGED

    def test_crash_after_the_reversal(
        self, shopper: Shopper, moody: type[Moody], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(moody, "mood", "after")
        order, _ = shopper.charged()
        order_refunds.refund_order(order)
        task = shopper.task(order, "refund")
        assert task.state == "giving"
        assert wrong(order) == []
        monkeypatch.setattr(moody, "mood", "well")
        order_refunds.ask_again()
        assert (state(task), refunds(task)) == ("done", [PRICE])
        order.refresh_from_db()
        assert order.state == OrderState.REVERSED
        assert wrong(order) == []

    def test_won_dispute_after_it_gives_nothing(self, shopper: Shopper) -> None:
        order, payment = shopper.charged()
        order_refunds.refund_order(order)
        shopper.tell("dispute_won", order, payment)
        order.refresh_from_db()
        assert order.state == OrderState.REVERSED
        assert total_balance(order.issuer, order.resident.wallet_id) == 0

    def test_at_a_konbini_the_account_is_asked_for(self, shopper: Shopper) -> None:
        order, _ = shopper.charged(Method.KONBINI)
        assert order_refunds.refund_order(order) == "asked"
        task = shopper.task(order, "refund")
        assert (task.state, refunds(task)) == ("asked", [])
        assert token(task)
        assert wrong(order) == []


def token(task: Task) -> str:
    """The token of the last link that was mailed about a task."""
    mail = Mail.objects.of(task.issuer).filter(kind="order_account").latest("pk")
    (line,) = [each for each in mail.text.splitlines() if "/payback/" in each]
    return line.strip().rstrip("/").rsplit("/", 1)[1]


def link(task: Task, of: str) -> MailedLink:
    found = find_link(task.issuer, Purpose.BANK_ACCOUNT, of)
    assert found.link is not None
    return found.link


class TestByKonbini:
    def test_account_makes_a_transfer_once(self, shopper: Shopper) -> None:
        task = late(shopper, Method.KONBINI)
        assert order_refunds.ask_for_accounts() >= 1
        assert state(task) == "asked"
        mailed = link(task, token(task))
        transfer = order_refunds.take_account(mailed, ACCOUNT)
        assert transfer is not None
        assert (transfer.yen, transfer.state, transfer.resident) == (
            PRICE,
            "waiting",
            task.order.resident,
        )
        assert "7654321" not in transfer.account
        assert open_account(transfer.account) == ACCOUNT
        assert state(task) == "ready"
        assert order_refunds.take_account(mailed, ACCOUNT) is None
        assert Transfer.objects.filter(task=task).count() == 1
        assert Alarm.objects.of(task.issuer).latest("pk").kind == "transfer_waiting"
        told = Mail.objects.of(task.issuer).latest("pk")
        assert told.kind == "order_account_taken"
        assert "****321" in told.text
        assert "7654321" not in told.text
        assert order_refunds.give_back(task) == "not_open"
        assert refunds(task) == []
        assert wrong(task.order) == []

    def test_new_link_ends_the_old_one(self, shopper: Shopper) -> None:
        task = late(shopper, Method.KONBINI)
        order_refunds.give_back(task)
        first = token(task)
        assert order_refunds.ask_anew(task.order.resident) == 1
        second = token(task)
        assert first != second
        assert order_refunds.take_account(link(task, first), ACCOUNT) is None
        assert state(task) == "asked"
        assert order_refunds.take_account(link(task, second), ACCOUNT) is not None
        assert order_refunds.ask_anew(task.order.resident) == 0

    def test_worker_does_not_ask_who_was_asked_meanwhile(
        self, shopper: Shopper, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        task = late(shopper, Method.KONBINI)

        def lock_after_an_operator(stale: Task) -> Task:
            monkeypatch.undo()
            assert order_refunds.give_back(stale) == "asked"
            return order_refunds.lock_task(stale)

        monkeypatch.setattr(order_refunds, "lock_task", lock_after_an_operator)
        order_refunds.ask_for_accounts()
        assert state(task) == "asked"
        assert Mail.objects.of(task.issuer).filter(kind="order_account").count() == 1

    def test_worker_asks_once(self, shopper: Shopper) -> None:
        task = late(shopper, Method.KONBINI)
        order_refunds.ask_for_accounts()
        order_refunds.ask_for_accounts()
        assert Mail.objects.of(task.issuer).filter(kind="order_account").count() == 1

    def test_uncharged_order_is_not_charged_any_more(self, shopper: Shopper) -> None:
        """Two tasks of one payment are not paid out twice either."""
        order, _ = shopper.charged(Method.KONBINI)
        order_refunds.refund_order(order)
        task = shopper.task(order, "refund")
        other = Task.objects.create(
            issuer=task.issuer,
            kind="late",
            order=order,
            payment=task.payment,
            yen=task.yen,
            made_at=task.made_at,
        )
        assert order_refunds.give_back(other) == "not_open"


class TestRefundFails:
    """A refund that the office made comes back."""

    @pytest.mark.parametrize("order_of_events", [("refund_failed", "refunded"), ("refund_failed",)])
    def test_while_it_was_under_way(
        self,
        shopper: Shopper,
        moody: type[Moody],
        monkeypatch: pytest.MonkeyPatch,
        order_of_events: tuple[EventKind, ...],
    ) -> None:
        monkeypatch.setattr(moody, "mood", "pending")
        task = late(shopper)
        order_refunds.give_back(task)
        assert state(task) == "giving"
        refund = SandboxRefund.objects.get(payment__reference=task.payment.payment_id)
        for kind in order_of_events:
            shopper.tell(kind, task.order, task.payment.payment_id, about=refund.reference)
        owed = shopper.task(task.order, "refund_failed")
        assert (state(task), owed.state, owed.yen) == ("done", "open", PRICE)
        assert wrong(task.order) == []

    def test_uncharged_order_is_over_and_owed(
        self, shopper: Shopper, moody: type[Moody], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(moody, "mood", "pending")
        order = shopper.order()
        shopper.close_wallet()
        assert shopper.tell("paid", order, shopper.pays(order)) == "not_charged"
        task = shopper.task(order, "uncharged")
        assert order_refunds.give_back(task) == "begun"
        shopper.tell("refund_failed", order, task.payment.payment_id, about=task_refund(task))
        order.refresh_from_db()
        assert order.state == OrderState.REFUNDED
        assert shopper.task(order, "refund_failed").yen == PRICE
        assert wrong(order) == []

    def test_then_it_goes_by_transfer(self, shopper: Shopper) -> None:
        task = late(shopper)
        order_refunds.give_back(task)
        about = task_refund(task)
        shopper.tell("refund_failed", task.order, task.payment.payment_id, about=about)
        owed = shopper.task(task.order, "refund_failed")
        assert order_refunds.give_back(owed) == "asked"
        assert order_refunds.take_account(link(owed, token(owed)), ACCOUNT) is not None
        assert state(owed) == "ready"
        assert refunds(task) == [PRICE]
        assert wrong(task.order) == []

    def test_found_by_polling(self, shopper: Shopper) -> None:
        order, _ = shopper.charged()
        order_refunds.refund_order(order)
        page = SandboxCheckout.objects.get(reference=order.checkouts.get().reference)
        books.fail_refund(page)
        poll_orders()
        assert shopper.task(order, "refund_failed").state == "open"
        assert wrong(order) == []


def task_refund(task: Task) -> str:
    """The sandbox's id of the refund of a task."""
    task.refresh_from_db()
    return task.refund


class TestMoreComesBackMeanwhile:
    """A part was lost to a chargeback, the rest is on its way to the payer, and the part is won on
    appeal: it is owed like the rest was."""

    def lost_part(self, shopper: Shopper, task: Task, yen: int) -> None:
        payment = task.payment.payment_id
        assert shopper.tell("dispute_lost", task.order, payment, amount=yen, about=f"{payment}-d")
        task.refresh_from_db()
        assert task.yen == PRICE - yen

    def won_part(self, shopper: Shopper, task: Task, yen: int) -> None:
        payment = task.payment.payment_id
        about = f"{payment}-d"
        shopper.tell("dispute_won", task.order, payment, amount=yen, about=about)

    @pytest.mark.parametrize("lost", [3_000, 5_000])
    def test_by_card(
        self, shopper: Shopper, moody: type[Moody], monkeypatch: pytest.MonkeyPatch, lost: int
    ) -> None:
        monkeypatch.setattr(moody, "mood", "pending")
        task = late(shopper)
        self.lost_part(shopper, task, lost)
        assert order_refunds.give_back(task) == "begun"
        self.won_part(shopper, task, lost)
        assert (state(task), task.yen) == ("giving", PRICE - lost)
        payment = task.payment.payment_id
        shopper.tell("refunded", task.order, payment, amount=PRICE - lost, about=task.refund)
        assert wrong(task.order) == []
        rest = self.rest(task)
        assert (rest.state, rest.yen) == ("open", lost)
        monkeypatch.setattr(moody, "mood", "well")
        assert order_refunds.give_back(rest) == "begun"
        assert (state(rest), refunds(task)) == ("done", [PRICE - lost, lost])
        assert wrong(task.order) == []

    def test_webhook_is_faster_than_the_answer(
        self, shopper: Shopper, moody: type[Moody], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(moody, "mood", "after")
        task = late(shopper)
        self.lost_part(shopper, task, 3_000)
        order_refunds.give_back(task)
        self.won_part(shopper, task, 3_000)
        payment = task.payment.payment_id
        about = SandboxRefund.objects.get(payment__reference=payment).reference
        shopper.tell("refunded", task.order, payment, amount=7_000, about=about)
        assert state(task) == "giving"
        monkeypatch.setattr(moody, "mood", "well")
        order_refunds.ask_again()
        rest = self.rest(task)
        assert (rest.state, rest.yen, refunds(task)) == ("open", 3_000, [7_000])

    def test_refused_then(
        self, shopper: Shopper, moody: type[Moody], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(moody, "mood", "before")
        task = late(shopper)
        self.lost_part(shopper, task, 3_000)
        order_refunds.give_back(task)
        payment = task.payment.payment_id
        shopper.tell("refunded", task.order, payment, amount=2_000, about="by hand")
        monkeypatch.setattr(moody, "mood", "refused")
        order_refunds.ask_again()
        assert (state(task), task.yen) == ("open", 5_000)
        assert order_refunds.give_back(task, by_transfer=True) == "asked"

    def test_by_transfer(self, shopper: Shopper, deed: Deed) -> None:
        task = late(shopper, Method.KONBINI)
        self.lost_part(shopper, task, 3_000)
        transfer = ready_for_transfer(shopper, ACCOUNT, task)
        self.won_part(shopper, task, 3_000)
        assert (state(task), task.yen) == ("ready", 7_000)
        assert paid_at_the_bank(transfer, deed) == "paid"
        assert state(task) == "done"
        assert wrong(task.order) == []
        rest = self.rest(task)
        assert (rest.state, rest.yen) == ("open", 3_000)
        again = ready_for_transfer(shopper, ACCOUNT, rest)
        assert again.yen == 3_000
        assert paid_at_the_bank(again, deed) == "paid"
        assert task.payment.tasks.filter(kind__in=OWED).exclude(state="done").count() == 0
        assert wrong(task.order) == []

    def test_transfer_that_is_more_than_what_is_left_is_lowered(
        self, shopper: Shopper, deed: Deed
    ) -> None:
        task = late(shopper, Method.KONBINI)
        transfer = ready_for_transfer(shopper, ACCOUNT, task)
        shown = transfer.yen
        self.lost_part(shopper, task, 3_000)
        alarm = Alarm.objects.of(task.issuer).latest("pk")
        assert (alarm.kind, "7,000円" in alarm.text) == ("transfer_lowered", True)
        assert paid_at_the_bank(transfer, deed, shown=shown) == "changed"
        assert (state(task), refunds(task)) == ("ready", [])
        assert paid_at_the_bank(transfer, deed, shown=7_000) == "paid"
        assert state(task) == "done"
        task.payment.refresh_from_db()
        assert (task.payment.refunded, task.payment.left) == (7_000, 0)
        assert wrong(task.order) == []

    def test_many_parts_go_by_transfers(self, shopper: Shopper, deed: Deed) -> None:
        """Each needs a task of its own: one that has a paid transfer takes no other."""
        task = late(shopper, Method.KONBINI)
        payment = task.payment.payment_id
        parts = [f"{payment}-{each}" for each in range(5)]
        for part in parts:
            shopper.tell("dispute_lost", task.order, payment, amount=1_000, about=part)
        assert paid_at_the_bank(ready_for_transfer(shopper, ACCOUNT, task), deed) == "paid"
        for part in parts:
            shopper.tell("dispute_won", task.order, payment, amount=1_000, about=part)
            again = ready_for_transfer(shopper, ACCOUNT, self.rest(task))
            assert again.yen == 1_000
            assert paid_at_the_bank(again, deed) == "paid"
        task.payment.refresh_from_db()
        assert (task.payment.refunded, task.payment.left) == (PRICE, 0)
        assert wrong(task.order) == []

    def test_account_is_named_again_after_all_was_lost(self, shopper: Shopper) -> None:
        task = late(shopper, Method.KONBINI)
        first = ready_for_transfer(shopper, ACCOUNT, task)
        payment = task.payment.payment_id
        shopper.tell("dispute_lost", task.order, payment, about=f"{payment}-d")
        assert state(task) == "done"
        self.won_part(shopper, task, PRICE)
        assert ready_for_transfer(shopper, ACCOUNT, self.rest(task)).pk == first.pk

    def test_office_that_gives_back_what_was_not_charged(
        self, shopper: Shopper, moody: type[Moody], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(moody, "mood", "pending")
        order = shopper.order()
        shopper.close_wallet()
        assert shopper.tell("paid", order, shopper.pays(order)) == "not_charged"
        task = shopper.task(order, "uncharged")
        self.lost_part(shopper, task, 3_000)
        order_refunds.give_back(task)
        self.won_part(shopper, task, 3_000)
        payment = task.payment.payment_id
        shopper.tell("refunded", order, payment, amount=7_000, about=task_refund(task))
        assert (self.rest(task).yen, wrong(order)) == (3_000, [])

    def rest(self, task: Task) -> Task:
        """The task about what is left of its payment."""
        owed = task.payment.tasks.filter(kind__in=OWED).exclude(state="done")
        return owed.select_related("issuer", "payment", "order").get()


def test_refused_card_goes_by_transfer(
    shopper: Shopper, moody: type[Moody], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moody, "mood", "refused")
    task = late(shopper)
    order_refunds.give_back(task)
    task.refresh_from_db()
    assert (task.state, task.reason) == ("open", "refused")
    assert order_refunds.give_back(task, by_transfer=True) == "asked"
    assert state(task) == "asked"


def test_dispute_is_found_by_polling(shopper: Shopper, monkeypatch: pytest.MonkeyPatch) -> None:
    order, _ = shopper.charged()
    page = SandboxCheckout.objects.get(reference=order.checkouts.get().reference)
    books.dispute(page)
    poll_orders()
    assert shopper.task(order, "chargeback").state == "open"
    long_ago = "2026-01-01T00:00Z"
    order.checkouts.update(looked_at=long_ago, made_at=long_ago)
    books.end_dispute(page, won=False)
    poll_orders()
    assert shopper.task(order, "dispute_lost").state == "open"
    order.checkouts.update(looked_at=long_ago)
    asked: list[Checkout] = []
    monkeypatch.setattr(polling, "look_at", lambda each: bool(asked.append(each)))
    poll_orders()
    assert order.checkouts.get() not in asked  # it is over: nobody asks any more
