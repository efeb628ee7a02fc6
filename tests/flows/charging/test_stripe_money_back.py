"""Refunds and disputes at Stripe, over HTTP with its signatures: whatever the order of webhooks,
and when none comes at all, the payment ends where the money is."""

from collections.abc import Iterator
from itertools import permutations

import pytest
from django.http import HttpResponse
from django.test import Client

from hansatsu.flows.charging import refunds
from hansatsu.flows.charging.models import Checkout, Order, OrderState, ProviderPayment, Task
from hansatsu.flows.charging.polling import poll_orders
from hansatsu.flows.charging.provider_accounts import open_account
from hansatsu.parties import clock
from hansatsu.parties.wallets.selectors import total_balance
from tests.flows.charging.shopper import wrong
from tests.support.buying import Stall
from tests.support.fake_stripe.library import fake_stripe
from tests.support.fake_stripe.state import FakeStripe, Json
from tests.town import make_town

FACE = 13_000


class Shop:
    """A town whose orders are paid at a Stripe of our own."""

    def __init__(self, fake: FakeStripe) -> None:
        self.fake, self.town = fake, make_town()
        self.stall = Stall(self.town)
        secrets = {"secret_key": fake.secret_key, "webhook_secret": fake.webhook_secret}
        open_account(self.town.issuer, "stripe", secrets)

    def deliver(self, event: Json) -> HttpResponse:
        body, headers = self.fake.signed(event)
        return Client(SERVER_NAME="localhost").post(
            f"/psp/stripe/{self.town.issuer.code}/webhook/",
            body,
            content_type="application/json",
            headers=headers,
        )

    def charged(self) -> tuple[Order, ProviderPayment]:
        """An order that was paid by card."""
        order = self.stall.awaiting("card")
        event = self.fake.finish(order.checkouts.get().reference)
        assert self.deliver(event).status_code == 200
        order.refresh_from_db()
        assert order.state == OrderState.CHARGED
        return order, order.payments.get()

    def held(self) -> int:
        return total_balance(self.town.issuer, self.town.resident.wallet_id)

    def told_of(self, kind: str) -> list[Json]:
        return [event for event in self.fake.events if event["type"].startswith(kind)]

    def nobody_looked_yet(self) -> None:
        """As if the last look was long ago."""
        Checkout.objects.of(self.town.issuer).update(looked_at="2026-01-01T00:00Z")


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    with fake_stripe(monkeypatch) as fake:
        made = Shop(fake)
        yield made
        # nobody asks the real Stripe about them when another test polls
        Checkout.objects.of(made.town.issuer).update(looked_at=clock.now())


def state(order: Order) -> str:
    order.refresh_from_db()
    return order.state


def open_tasks(order: Order) -> list[tuple[str, int]]:
    return list(order.tasks.exclude(state="done").order_by("pk").values_list("kind", "yen"))


@pytest.mark.parametrize("places", list(permutations(range(4))))
def test_our_refund_that_fails_is_owed_in_whatever_order_it_is_told(
    shop: Shop, places: tuple[int, ...]
) -> None:
    order, payment = shop.charged()
    assert refunds.refund_order(order) == "begun"
    (refund,) = shop.fake.refunds
    shop.fake.refund_fails(refund)
    told = [*shop.told_of("refund."), *shop.told_of("charge.refunded")]
    assert len(told) == 4
    for place in places:
        assert shop.deliver(told[place]).status_code == 200
    payment.refresh_from_db()
    assert (payment.refunded, state(order), shop.held()) == (0, OrderState.REVERSED, 0)
    assert open_tasks(order) == [("refund_failed", 10_000)]
    assert wrong(order) == []


@pytest.mark.parametrize("places", list(permutations(range(4))))
def test_a_refund_made_at_stripe_that_fails_leaves_the_charge(
    shop: Shop, places: tuple[int, ...]
) -> None:
    order, payment = shop.charged()
    made = shop.fake.create_refund({"payment_intent": payment.payment_id, "amount": "10000"})
    shop.fake.refund_fails(made["id"])
    told = [*shop.told_of("refund."), *shop.told_of("charge.refunded")]
    for place in places:
        assert shop.deliver(told[place]).status_code == 200
    payment.refresh_from_db()
    assert (payment.refunded, state(order), shop.held()) == (0, OrderState.CHARGED, FACE)
    assert open_tasks(order) == []
    assert wrong(order) == []


def test_webhooks_of_one_refund_count_it_once(shop: Shop) -> None:
    order, payment = shop.charged()
    for amount in ("3000", "3000"):
        shop.fake.create_refund({"payment_intent": payment.payment_id, "amount": amount})
    for event in [*shop.told_of("charge.refunded"), *shop.told_of("refund.")] * 2:
        shop.deliver(event)
    payment.refresh_from_db()
    assert (payment.refunded, state(order), shop.held()) == (6_000, OrderState.CHARGED, FACE)


def test_a_refund_that_waits_is_found_by_polling(shop: Shop) -> None:
    order, payment = shop.charged()
    shop.fake.new_refunds = "pending"
    refunds.refund_order(order)
    task = Task.objects.get(order=order, kind="refund")
    assert task.state == "giving"
    refunds.ask_again()
    assert len([call for call in shop.fake.calls if call[:2] == ("POST", "/v1/refunds")]) == 1
    (refund,) = shop.fake.refunds.values()
    refund["status"] = "succeeded"
    shop.nobody_looked_yet()
    Checkout.objects.filter(order=order).update(made_at="2026-01-01T00:00Z")
    poll_orders()
    task.refresh_from_db()
    payment.refresh_from_db()
    assert (task.state, payment.refunded) == ("done", 10_000)
    assert wrong(order) == []


def test_a_dispute_whose_webhooks_never_come_is_found_by_polling(shop: Shop) -> None:
    order, payment = shop.charged()
    reference = order.checkouts.get().reference
    shop.fake.dispute(reference, "created", "needs_response")
    shop.nobody_looked_yet()
    poll_orders()
    assert (state(order), shop.held()) == (OrderState.REVERSED, 0)
    shop.fake.dispute(reference, "closed", "won")
    shop.nobody_looked_yet()
    Checkout.objects.filter(order=order).update(made_at="2026-01-01T00:00Z")
    poll_orders()
    assert (state(order), shop.held()) == (OrderState.CHARGED, FACE)
    for event in shop.told_of("charge.dispute"):  # and they come after all
        shop.deliver(event)
    payment.refresh_from_db()
    assert (state(order), shop.held(), payment.disputed) == (OrderState.CHARGED, FACE, 0)
    assert wrong(order) == []


@pytest.mark.parametrize("places", list(permutations(range(3))))
def test_a_dispute_that_is_lost_leaves_one_task(shop: Shop, places: tuple[int, ...]) -> None:
    order, payment = shop.charged()
    reference = order.checkouts.get().reference
    shop.fake.dispute(reference, "created", "needs_response")
    shop.fake.dispute(reference, "funds_withdrawn", "needs_response")
    shop.fake.dispute(reference, "closed", "lost")
    told = shop.told_of("charge.dispute")
    for place in places:
        shop.deliver(told[place])
    payment.refresh_from_db()
    assert (state(order), shop.held(), payment.disputed) == (OrderState.REVERSED, 0, 10_000)
    assert open_tasks(order) == [("dispute_lost", 10_000)]
    assert wrong(order) == []


def test_a_dispute_that_was_prevented_moves_nothing(shop: Shop) -> None:
    order, _ = shop.charged()
    reference = order.checkouts.get().reference
    shop.deliver(shop.fake.dispute(reference, "created", "prevented"))
    assert (state(order), shop.held(), open_tasks(order)) == (OrderState.CHARGED, FACE, [])
