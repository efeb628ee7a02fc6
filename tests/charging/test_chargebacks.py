"""Chargebacks, and money that comes back: the value follows the money."""

from datetime import timedelta

import pytest

from hansatsu.charging.models import Order, OrderState, Task
from hansatsu.database.connections import ledger_connection
from hansatsu.issuers import clock
from hansatsu.issuers.models import Alarm
from hansatsu.ledger import api as ledger
from hansatsu.notifications.models import Mail
from hansatsu.wallets.selectors import total_balance
from tests.charging.shopper import PARTS, PRICE, Shopper, wrong

FACE = sum(PARTS)


@pytest.fixture
def shopper() -> Shopper:
    return Shopper()


def held(shopper: Shopper) -> int:
    return total_balance(shopper.town.issuer, shopper.town.resident.wallet_id)


def state(order: Order) -> str:
    order.refresh_from_db()
    return order.state


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
    assert mails(shopper)[-1] == "order_charged_again"
    assert wrong(order) == []


def test_disputed_again_after_it_was_won(shopper: Shopper) -> None:
    order, payment = shopper.charged()
    for _ in range(2):
        shopper.tell("disputed", order, payment)
        assert (state(order), held(shopper)) == (OrderState.REVERSED, 0)
        assert shopper.task(order, "chargeback").state == "open"
        shopper.tell("dispute_won", order, payment)
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
    assert shopper.tell("refunded", order, payment, amount=1) == "refunded_in_part"
    assert (state(order), held(shopper)) == (OrderState.CHARGED, FACE)
    assert shopper.tell("refunded", order, payment, amount=PRICE - 1) == "refunded"
    assert (state(order), held(shopper)) == (OrderState.REVERSED, 0)
    alarms = Alarm.objects.of(shopper.town.issuer).values_list("kind", flat=True)
    assert set(alarms) == {"refunded_in_part", "refunded_outside"}
    assert mails(shopper)[-1] == "order_taken_back"
    assert wrong(order) == []


def test_paid_and_not_charged_waits_for_the_dispute(shopper: Shopper) -> None:
    order = shopper.order()
    wallet = shopper.town.resident.wallet_id
    request = ledger.Request.of("test", f"close {wallet}")
    ledger.change_state(
        ledger_connection(),
        "close",
        request=request,
        issuer_id=shopper.town.issuer.pk,
        wallet_id=wallet,
        reason="test",
    )
    payment = shopper.pays(order)
    assert shopper.tell("paid", order, payment) == "not_charged"
    shopper.tell("disputed", order, payment)
    assert state(order) == OrderState.PAID
    shopper.tell("dispute_won", order, payment)
    assert state(order) == OrderState.PAID
    assert list(Task.objects.filter(order=order).values_list("kind", "state")) == [
        ("uncharged", "open"),
        ("chargeback", "done"),
    ]
    assert wrong(order) == []
