"""Orders at the same moment, each caller on a connection of its own."""

import threading
from collections import Counter

import pytest
from django.db import IntegrityError, OperationalError, transaction

from hansatsu.flows.charging import order_machine, provider_events
from hansatsu.flows.charging.checkouts import begin_payment, look_at
from hansatsu.flows.charging.models import Checkout, Order, OrderState, ProviderPayment, Source
from hansatsu.flows.charging.psp.base import YEN, ProviderEvent
from hansatsu.flows.charging.psp.sandbox import books
from hansatsu.parties import clock
from hansatsu.parties.programs.models import PurchaseCode
from hansatsu.parties.wallets.selectors import total_balance
from tests.support.buying import Stall, deliver, page_of, queued_webhooks
from tests.support.racing import race
from tests.town import Town, make_town


@pytest.fixture
def stall(town: Town) -> Stall:
    return Stall(town)


def held(town: Town) -> int:
    return total_balance(town.issuer, town.resident.wallet_id)


def paid_twice_told(order: Order) -> list[ProviderEvent]:
    """One payment, told of by two events."""
    return [
        ProviderEvent(
            id=f"evt_{order.number}_{number}",
            kind="paid",
            at=clock.now(),
            order=order.number,
            reference=order.checkouts.get().reference,
            payment=f"pay_{order.number}",
            amount=order.price,
            currency=YEN,
            method="card",
        )
        for number in range(2)
    ]


def test_a_webhook_and_a_poll_at_once_charge_once(town: Town, stall: Stall) -> None:
    for bought in range(1, 4):
        order = stall.awaiting()
        books.pay(page_of(order))
        told = queued_webhooks(town.issuer.code)[-1]
        checkout = Checkout.objects.select_related("issuer", "order").get(order=order)

        def act(
            place: int, told: dict[str, object] = told, checkout: Checkout = checkout
        ) -> bool | int:
            if place % 2:
                return look_at(checkout)
            return deliver(town.issuer.code, told).status_code

        assert Counter(race(act, 4)) == {200: 2, True: 2}
        assert held(town) == 13_000 * bought
        assert ProviderPayment.objects.get(order=order).role == "order"


def test_two_events_of_one_payment_at_once_charge_once(town: Town, stall: Stall) -> None:
    order = stall.awaiting()
    events = paid_twice_told(order)

    def act(place: int) -> str:
        return provider_events.take_event(town.issuer, "sandbox", events[place], Source.WEBHOOK)

    assert sorted(race(act, 2)) == ["charged", "repeated"]
    assert held(town) == 13_000


def test_negative_control_without_the_lock_they_meet_at_the_databases_key(
    town: Town, stall: Stall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order's lock is what makes the second one wait and see; without it both begin to
    charge, and the database has to stop one of them at the unique payment."""
    order = stall.awaiting()
    events = paid_twice_told(order)
    both_have_read = threading.Barrier(2, timeout=60)

    def read_only(order: Order) -> Order:
        found = Order.objects.select_related(
            "issuer", "resident__issuer", "product__sale", "purchase_code"
        ).get(pk=order.pk)
        both_have_read.wait()
        return found

    monkeypatch.setattr(order_machine, "lock", read_only)

    def act(place: int) -> str:
        try:
            return provider_events.take_event(town.issuer, "sandbox", events[place], Source.WEBHOOK)
        except (IntegrityError, OperationalError):
            return "stopped by the database"

    assert sorted(race(act, 2)) == ["charged", "stopped by the database"]
    assert held(town) == 13_000


def test_two_tabs_with_one_code_are_one_order(town: Town, stall: Stall) -> None:
    text, code = stall.code()
    outcomes = race(lambda _: stall.hold(text).outcome, 4)
    assert Counter(outcomes) == {"held": 1, "going": 3}
    assert Order.objects.filter(purchase_code=code).count() == 1


def test_two_people_with_one_code(town: Town, stall: Stall) -> None:
    people = [town.resident, town.add_resident("taro")]
    text, code = stall.code()
    outcomes = race(lambda place: stall.hold(text, resident=people[place]).outcome, 2)
    assert sorted(outcomes) == ["held", "unusable"]
    assert PurchaseCode.objects.get(pk=code.pk).state == "held"


def test_two_codes_at_once_do_not_pass_the_limit_a_person(town: Town) -> None:
    stall = Stall(town, units_per_person=1)
    texts = [stall.code()[0] for _ in range(3)]
    outcomes = race(lambda place: stall.hold(texts[place]).outcome, 3)
    assert Counter(outcomes) == {"held": 1, "over_limit": 2}


def test_two_taps_on_a_method_make_one_page(town: Town, stall: Stall) -> None:
    order = stall.order()
    begun = race(lambda _: begin_payment(order, "card").address, 3)
    assert len(set(begun)) == 1
    assert Checkout.objects.filter(order=order).count() == 1
    order.refresh_from_db()
    assert order.state == OrderState.AWAITING


def test_a_tab_that_was_slow_to_change_the_method_leaves_the_other_ones_payment_alone() -> None:
    """One tab closes the card's page and asks for a konbini's; before it goes on, another tab has
    begun at the konbini."""
    stall = Stall(make_town())
    order = stall.awaiting("card")
    card = order.checkouts.get()
    assert begin_payment(order, "konbini").outcome == "go"
    with transaction.atomic():
        order_machine.choose_again(order_machine.lock(order), card)
    order.refresh_from_db()
    assert (order.state, order.method) == (OrderState.AWAITING, "konbini")
