"""Whose word counts about money: what a provider tells of what we did not ask for is an alarm, and
nothing else, whatever the provider and the kind of event."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse

from hansatsu.flows.charging.models import Checkout, Order, OrderState, ReceivedEvent, Task
from hansatsu.flows.charging.polling import poll_orders
from hansatsu.flows.charging.psp.sandbox import books
from hansatsu.messages.mail.models import Mail
from hansatsu.parties import clock
from hansatsu.parties.issuers.models import Alarm, Issuer
from hansatsu.parties.programs.models import PurchaseCode
from hansatsu.parties.wallets.selectors import total_balance
from tests.flows.charging.shopper import PRICE, Shopper, wrong
from tests.flows.charging.test_stripe_money_back import Shop
from tests.support.buying import Stall, deliver, page_of, queued_webhooks
from tests.support.clerks import Desk
from tests.support.fake_stripe.library import fake_stripe
from tests.town import make_town


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    with fake_stripe(monkeypatch) as fake:
        made = Shop(fake)
        yield made
        Checkout.objects.of(made.town.issuer).update(looked_at=clock.now())


@pytest.fixture
def stall() -> Stall:
    return Stall(make_town())


def standing(order: Order) -> tuple[Any, ...]:
    """All that money could have changed."""
    order.refresh_from_db()
    return (
        order.state,
        PurchaseCode.objects.get(pk=order.purchase_code_id).state,
        total_balance(order.issuer, order.resident.wallet_id),
        list(order.payments.order_by("pk").values_list("payment_id", "refunded", "disputed")),
        list(Task.objects.filter(order=order).order_by("pk").values_list("kind", "state", "yen")),
        list(order.checkouts.order_by("pk").values_list("state", "reference")),
        Mail.objects.of(order.issuer).count(),
    )


def alarms(issuer: Issuer) -> list[tuple[str, str]]:
    return list(Alarm.objects.of(issuer).order_by("pk").values_list("kind", "subject"))


class TestStripe:
    def paid(self, shop: Shop, reference: str, **changes: object) -> HttpResponse:
        """A session's payment, told with other words than are so."""
        event = shop.fake.finish(reference)
        session = event["data"]["object"]
        return shop.deliver({**event, "data": {"object": {**session, **changes}}})

    @pytest.mark.parametrize(
        "changes",
        [
            {"id": "cs_nobody_made", "currency": "vnd"},
            {"id": "cs_nobody_made"},
            {"currency": "vnd"},
            {"amount_total": PRICE - 1},
            {"amount_total": 3_000_000_000, "currency": "idr"},
            {"client_reference_id": "000000000000"},
            {"id": "cs_nobody_made", "payment_intent": None, "amount_total": None},
        ],
        ids=str,
    )
    def test_a_session_that_is_not_as_we_made_it(
        self, shop: Shop, changes: dict[str, object]
    ) -> None:
        order = shop.stall.awaiting("card")
        before = standing(order)
        reference = order.checkouts.get().reference
        assert self.paid(shop, reference, **changes).status_code == 200
        assert standing(order) == before
        assert alarms(shop.town.issuer) == [("strange_money", f"order:{order.number}")]
        # and the right one is taken after all
        as_made = shop.fake.sessions[reference]
        told = shop.fake.happens("checkout.session.completed", as_made)
        assert shop.deliver(told).status_code == 200
        assert standing(order)[0] == OrderState.CHARGED
        assert wrong(order) == []

    def test_another_order_of_ours_is_named(self, shop: Shop) -> None:
        order, other = shop.stall.awaiting("card"), shop.stall.awaiting("card")
        before = standing(order), standing(other)
        reference = order.checkouts.get().reference
        changed = {"client_reference_id": other.number}
        assert self.paid(shop, reference, **changed).status_code == 200
        assert (standing(order), standing(other)) == before
        assert [kind for kind, _ in alarms(shop.town.issuer)] == ["strange_money"]

    @pytest.mark.parametrize("kind", ["refund.created", "charge.dispute.created"])
    @pytest.mark.parametrize("changes", [{"currency": "vnd"}, {"amount": 0}])
    def test_what_is_told_of_a_payment_later(
        self, shop: Shop, kind: str, changes: dict[str, object]
    ) -> None:
        order, payment = shop.charged()
        before = standing(order)
        if kind == "refund.created":
            shop.fake.create_refund({"payment_intent": payment.payment_id, "amount": "10000"})
            (event,) = shop.told_of("refund.created")
        else:
            reference = order.checkouts.get().reference
            event = shop.fake.dispute(reference, "created", "needs_response")
        about = {**event["data"]["object"], **changes}
        assert shop.deliver({**event, "data": {"object": about}}).status_code == 200
        assert standing(order) == before
        assert alarms(shop.town.issuer) == [("strange_money", f"order:{order.number}")]

    def test_what_polling_finds(self, shop: Shop) -> None:
        order = shop.stall.awaiting("card")
        before = standing(order)
        reference = order.checkouts.get().reference
        shop.fake.finish(reference)
        shop.fake.sessions[reference]["currency"] = "vnd"
        for _ in range(2):
            shop.nobody_looked_yet()
            poll_orders()
        assert standing(order) == before
        assert alarms(shop.town.issuer) == [("strange_money", f"order:{order.number}")]


class TestSandbox:
    @pytest.mark.parametrize(
        "changes",
        [
            {"checkout": "cs_nobody_made"},
            {"checkout": ""},
            {"currency": "vnd"},
            {"amount": PRICE - 1},
        ],
        ids=str,
    )
    def test_a_page_that_is_not_as_we_made_it(
        self, stall: Stall, changes: dict[str, object]
    ) -> None:
        order = stall.awaiting()
        before = standing(order)
        books.pay(page_of(order))
        (told,) = queued_webhooks(order.issuer.code)
        assert deliver(order.issuer.code, told | changes | {"id": "evt_other"}).status_code == 200
        assert standing(order) == before
        assert alarms(order.issuer) == [("strange_money", f"order:{order.number}")]
        assert deliver(order.issuer.code, told).status_code == 200
        assert standing(order)[0] == OrderState.CHARGED

    def test_an_order_that_is_only_held_is_taken_and_told_of(self, stall: Stall) -> None:
        awaiting = stall.awaiting()
        books.pay(page_of(awaiting))
        (told,) = queued_webhooks(awaiting.issuer.code)
        code, _ = stall.code()
        order = stall.hold(code).order
        assert order is not None
        before = standing(order)
        strange = told | {"id": "evt_held", "order": order.number, "checkout": "cs_nobody_made"}
        for _ in range(2):
            assert deliver(order.issuer.code, strange).status_code == 200
        assert standing(order) == before
        assert alarms(order.issuer) == [("strange_money", f"order:{order.number}")]

    def test_no_order_of_ours(self, stall: Stall) -> None:
        order = stall.awaiting()
        before = standing(order)
        books.pay(page_of(order))
        (told,) = queued_webhooks(order.issuer.code)
        strange = told | {"order": "000000000000", "checkout": "cs_nobody_made"}
        assert deliver(order.issuer.code, strange).status_code == 200
        assert standing(order) == before
        assert alarms(order.issuer) == [("strange_money", f"sandbox:{told['payment']}")]

    @pytest.mark.parametrize(
        "changes", [{"currency": "vnd"}, {"amount": 0}, {"amount": PRICE + 1}], ids=str
    )
    def test_a_refund_that_cannot_be(self, changes: dict[str, Any]) -> None:
        shopper = Shopper()
        order, payment = shopper.charged()
        before = standing(order)
        assert shopper.tell("refunded", order, payment, **changes) == "strange"
        assert standing(order) == before
        assert alarms(order.issuer) == [("strange_money", f"order:{order.number}")]
        assert shopper.tell("refunded", order, payment) == "refunded"  # the real one counts whole
        assert standing(order)[0] == OrderState.REVERSED

    def test_a_payment_of_another_order(self) -> None:
        shopper = Shopper()
        order, payment = shopper.charged()
        other, _ = shopper.charged()
        before = standing(order), standing(other)
        assert shopper.tell("disputed", other, payment) == "strange"
        assert (standing(order), standing(other)) == before

    def test_the_page_that_is_being_made_is_ours(self, stall: Stall) -> None:
        order = stall.awaiting()
        books.pay(page_of(order))
        reference = order.checkouts.get().reference
        Checkout.objects.filter(order=order).update(reference="", state="starting")
        (told,) = queued_webhooks(order.issuer.code)
        assert deliver(order.issuer.code, told).status_code == 200
        assert standing(order)[0] == OrderState.CHARGED
        assert order.checkouts.get().reference == reference  # and is known from now on


def test_a_strange_one_told_before_is_no_hindrance(stall: Stall) -> None:
    """The same payment, first named as nobody's, then as it is."""
    order = stall.awaiting()
    books.pay(page_of(order))
    (told,) = queued_webhooks(order.issuer.code)
    strange = told | {"id": "evt_other", "order": "000000000000", "checkout": "cs_nobody_made"}
    assert deliver(order.issuer.code, strange).status_code == 200
    assert deliver(order.issuer.code, told).status_code == 200
    assert standing(order)[0] == OrderState.CHARGED
    assert ReceivedEvent.objects.of(order.issuer).count() == 2


def test_the_console_says_so_and_leads_to_the_order(stall: Stall) -> None:
    order = stall.awaiting()
    books.pay(page_of(order))
    (told,) = queued_webhooks(order.issuer.code)
    deliver(order.issuer.code, told | {"currency": "vnd"})
    deliver(order.issuer.code, told | {"id": "evt_other", "order": "", "checkout": "cs_nobody"})
    said = Desk(order.issuer).get().content.decode()
    assert said.count("注文と合わない入金") == 2
    assert f"/console/support/orders/{order.number}/" in said
    assert "円の入金ではありません。" in said
    assert f"{PRICE:,} VND" in said
