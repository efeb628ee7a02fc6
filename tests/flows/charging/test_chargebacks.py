"""Chargebacks, and money that comes back: the value follows the money."""

from datetime import timedelta

import pytest

from hansatsu.flows.charging.models import Order, OrderState, Task
from hansatsu.flows.charging.operator_acts import charge_again
from hansatsu.flows.charging.refunds import give_back
from hansatsu.messages.mail.models import Mail
from hansatsu.messages.relay.relay import relay_batch
from hansatsu.parties import clock
from hansatsu.parties.issuers.audit import CONSOLE, Actor
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.issuers.models import Alarm
from hansatsu.parties.wallets.selectors import total_balance
from tests.flows.charging.shopper import PARTS, PRICE, Shopper, wrong

FACE = sum(PARTS)


@pytest.fixture
def shopper() -> Shopper:
    return Shopper()


def held(shopper: Shopper) -> int:
    return total_balance(shopper.town.issuer, shopper.town.resident.wallet_id)


def state(order: Order) -> str:
    order.refresh_from_db()
    return order.state


def deed(shopper: Shopper) -> Deed:
    return Deed(Actor(shopper.town.issuer, "staff:1", "事務 一郎", CONSOLE), "電話で確認済み")


def mails(shopper: Shopper) -> list[str]:
    return list(Mail.objects.of(shopper.town.issuer).order_by("pk").values_list("kind", flat=True))


def test_takes_the_value_back(shopper: Shopper) -> None:
    order, payment = shopper.charged()
    shopper.town.pay(shopper.town.resident, shopper.town.shop, 3_000)
    assert shopper.tell("disputed", order, payment) == "disputed"
    assert (state(order), held(shopper)) == (OrderState.REVERSED, 0)
    task = shopper.task(order, "chargeback")
    assert (task.state, task.yen) == ("open", PRICE)
    assert mails(shopper)[-1] == "order_charged_back"
    assert wrong(order) == []


def test_won_gives_it_again_once(shopper: Shopper) -> None:
    order, payment = shopper.charged()
    shopper.town.pay(shopper.town.resident, shopper.town.shop, 3_000)
    shopper.tell("disputed", order, payment)
    assert shopper.tell("dispute_won", order, payment, id="won") == "dispute_won"
    assert shopper.tell("dispute_won", order, payment, id="won") == "seen"
    shopper.tell("dispute_won", order, payment)
    assert (state(order), held(shopper)) == (OrderState.CHARGED, FACE - 3_000)
    assert shopper.task(order, "chargeback").state == "done"
    while relay_batch():
        pass
    told = [mail for mail in mails(shopper) if mail not in ("payment", "order_charged_back")]
    assert told == ["issue", "issue"]  # of the charge, and of its return: one mail
    last = Mail.objects.of(shopper.town.issuer).filter(kind="issue").latest("pk")
    assert "チャージが元に戻りました" in last.subject
    assert "カード会社がお支払いを認めた" in last.text
    assert "10,000円" in last.text
    assert wrong(order) == []


def test_disputed_again_after_it_was_won(shopper: Shopper) -> None:
    order, payment = shopper.charged()
    for about in ("first", "second"):
        shopper.tell("disputed", order, payment, about=about)
        assert (state(order), held(shopper)) == (OrderState.REVERSED, 0)
        assert shopper.task(order, "chargeback").state == "open"
        shopper.tell("dispute_won", order, payment, about=about)
        assert (state(order), held(shopper)) == (OrderState.CHARGED, FACE)
    assert wrong(order) == []


def test_won_is_told_before_the_dispute(shopper: Shopper) -> None:
    order, payment = shopper.charged()
    began = clock.now()
    shopper.tell("dispute_won", order, payment, at=began + timedelta(days=60))
    assert shopper.tell("disputed", order, payment, at=began) == "ignored"
    assert (state(order), held(shopper)) == (OrderState.CHARGED, FACE)
    assert wrong(order) == []


def test_told_before_the_payment(shopper: Shopper) -> None:
    order = shopper.order()
    payment = shopper.pays(order)
    assert shopper.tell("disputed", order, payment) == "unknown_payment"
    assert shopper.tell("paid", order, payment) == "charged"
    assert (state(order), held(shopper)) == (OrderState.REVERSED, 0)
    assert wrong(order) == []


def test_part_is_left_to_an_operator(shopper: Shopper) -> None:
    order, payment = shopper.charged()
    shopper.tell("disputed", order, payment, amount=4_000)
    assert (state(order), held(shopper)) == (OrderState.CHARGED, FACE)
    assert shopper.task(order, "chargeback").yen == 4_000
    assert wrong(order) == []


def test_refunded_at_the_provider_without_us(shopper: Shopper) -> None:
    order, payment = shopper.charged()
    part = {"amount": 1, "about": "part"}
    assert shopper.tell("refunded", order, payment, **part) == "refunded_in_part"  # type: ignore[arg-type]
    assert (state(order), held(shopper)) == (OrderState.CHARGED, FACE)
    assert shopper.tell("refunded", order, payment, amount=PRICE - 1) == "refunded"
    assert (state(order), held(shopper)) == (OrderState.REVERSED, 0)
    alarms = Alarm.objects.of(shopper.town.issuer).values_list("kind", flat=True)
    assert set(alarms) == {"refunded_in_part", "refunded_outside"}
    assert mails(shopper)[-1] == "order_taken_back"
    assert wrong(order) == []


def test_paid_and_not_charged_waits_for_the_dispute(shopper: Shopper) -> None:
    order = shopper.order()
    shopper.close_wallet()
    payment = shopper.pays(order)
    assert shopper.tell("paid", order, payment) == "not_charged"
    shopper.tell("disputed", order, payment)
    assert state(order) == OrderState.PAID
    shopper.tell("dispute_won", order, payment)
    assert state(order) == OrderState.PAID
    assert list(Task.objects.filter(order=order).order_by("pk").values_list("kind", "state")) == [
        ("uncharged", "open"),
        ("chargeback", "done"),
    ]
    assert wrong(order) == []


def open_tasks(order: Order) -> list[tuple[str, int]]:
    return list(order.tasks.exclude(state="done").order_by("pk").values_list("kind", "yen"))


class TestLost:
    def test_value_stays_away_and_somebody_takes_note(self, shopper: Shopper) -> None:
        order, payment = shopper.charged()
        shopper.tell("disputed", order, payment)
        assert shopper.tell("dispute_lost", order, payment) == "dispute_lost"
        assert (state(order), held(shopper)) == (OrderState.REVERSED, 0)
        assert open_tasks(order) == [("dispute_lost", PRICE)]
        assert mails(shopper).count("order_charged_back") == 1
        assert wrong(order) == []

    def test_told_first_of_all(self, shopper: Shopper) -> None:
        order, payment = shopper.charged()
        began = clock.now()
        later = began + timedelta(days=60)
        assert shopper.tell("dispute_lost", order, payment, at=later) == "dispute_lost"
        assert shopper.tell("disputed", order, payment, at=began) == "ignored"
        assert (state(order), held(shopper)) == (OrderState.REVERSED, 0)
        assert open_tasks(order) == [("dispute_lost", PRICE)]
        assert wrong(order) == []

    def test_won_on_appeal(self, shopper: Shopper) -> None:
        order, payment = shopper.charged()
        for kind in ("disputed", "dispute_lost", "dispute_won"):
            shopper.tell(kind, order, payment)  # type: ignore[arg-type]
        assert (state(order), held(shopper), open_tasks(order)) == (OrderState.CHARGED, FACE, [])
        assert wrong(order) == []

    def test_what_the_office_gave_back_is_not_charged_by_a_later_appeal(
        self, shopper: Shopper
    ) -> None:
        """The wallet was closed, for ever, when the first appeal was won: the office gave that
        money to the payer. That of the second is owed, too, and brings no value back."""
        order, payment = shopper.charged()
        for about, yen in (("first", 7_000), ("second", 3_000)):
            shopper.tell("dispute_lost", order, payment, amount=yen, about=about)
        shopper.close_wallet()
        shopper.tell("dispute_won", order, payment, amount=7_000, about="first")
        task = shopper.task(order, "uncharged")
        assert (state(order), task.yen) == (OrderState.REVERSED, 7_000)
        assert charge_again(task, deed(shopper)) == "not_paid"
        assert give_back(task) == "begun"
        assert open_tasks(order) == [("dispute_lost", 3_000)]
        shopper.tell("dispute_won", order, payment, amount=3_000, about="second")
        assert (state(order), held(shopper)) == (OrderState.REVERSED, 0)
        assert open_tasks(order) == [("uncharged", 3_000)]
        assert give_back(shopper.task(order, "uncharged")) == "begun"
        assert order.payments.get().left == 0
        assert wrong(order) == []

    def test_money_that_nobody_wanted_is_no_longer_owed(self, shopper: Shopper) -> None:
        order = shopper.order()
        shopper.tell("expired", order)
        payment = shopper.pays(order)
        shopper.tell("paid", order, payment)
        shopper.tell("disputed", order, payment)
        assert {kind for kind, _ in open_tasks(order)} == {"late", "chargeback"}
        shopper.tell("dispute_lost", order, payment)
        assert open_tasks(order) == [("dispute_lost", PRICE)]
        shopper.tell("dispute_won", order, payment)
        assert open_tasks(order) == [("late", PRICE)]
        assert wrong(order) == []


class TestFailedRefund:
    """Of one that somebody made at the provider without us: the money is here, so the value is."""

    def test_after_the_refund(self, shopper: Shopper) -> None:
        order, payment = shopper.charged()
        shopper.tell("refunded", order, payment, about="re")
        assert (state(order), held(shopper)) == (OrderState.REVERSED, 0)
        assert shopper.tell("refund_failed", order, payment, about="re") == "came_back"
        assert (state(order), held(shopper), open_tasks(order)) == (OrderState.CHARGED, FACE, [])
        last = Mail.objects.of(shopper.town.issuer).latest("pk")
        assert (last.kind, "返金が成立しなかった" in last.text) == ("issue", True)
        assert wrong(order) == []

    def test_before_the_refund(self, shopper: Shopper) -> None:
        order, payment = shopper.charged()
        assert shopper.tell("refund_failed", order, payment, about="re") == "not_ours"
        assert shopper.tell("refunded", order, payment, about="re") == "ignored"
        assert (state(order), held(shopper), open_tasks(order)) == (OrderState.CHARGED, FACE, [])
        assert order.payments.get().refunded == 0
        assert wrong(order) == []

    def test_before_the_payment(self, shopper: Shopper) -> None:
        order = shopper.order()
        payment = shopper.pays(order)
        for kind in ("refund_failed", "refunded"):
            shopper.tell(kind, order, payment, about="re")  # type: ignore[arg-type]
        assert shopper.tell("paid", order, payment) == "charged"
        assert (state(order), held(shopper), open_tasks(order)) == (OrderState.CHARGED, FACE, [])
        assert wrong(order) == []

    def test_money_that_nobody_wanted_is_owed_again(self, shopper: Shopper) -> None:
        order = shopper.order()
        shopper.tell("expired", order)
        payment = shopper.pays(order)
        shopper.tell("paid", order, payment)
        shopper.tell("refunded", order, payment, about="re")
        assert open_tasks(order) == []
        assert shopper.tell("refund_failed", order, payment, about="re") == "owed"
        assert open_tasks(order) == [("refund_failed", PRICE)]
        assert wrong(order) == []

    def test_refunded_twice_is_an_alarm(self, shopper: Shopper) -> None:
        order, payment = shopper.charged()
        shopper.tell("refunded", order, payment, about="one")
        shopper.tell("refunded", order, payment, about="two")
        alarms = Alarm.objects.of(shopper.town.issuer).values_list("kind", flat=True)
        assert set(alarms) == {"refunded_outside", "refunded_twice"}
