"""The end of a sale, a hold and a code: nothing can be paid past it, and nothing twice."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from hansatsu.flows.charging import checkouts, closing, polling, tasks
from hansatsu.flows.charging.checkouts import begin_payment, close_leftovers, methods_for
from hansatsu.flows.charging.models import CheckoutState, Order, OrderState
from hansatsu.flows.charging.psp.sandbox import books
from hansatsu.flows.charging.psp.sandbox.models import SandboxCheckout
from hansatsu.flows.charging.psp.sandbox.provider import SandboxProvider
from hansatsu.parties import clock
from hansatsu.parties.wallets.selectors import total_balance
from tests.support.buying import Stall, deliver_all, page_of
from tests.support.clients import Visitor, words
from tests.town import make_town

JAPAN = ZoneInfo("Asia/Tokyo")
Show = Callable[..., datetime]


@pytest.fixture
def show(monkeypatch: pytest.MonkeyPatch) -> Show:
    """Have the clock that orders go by stand at a moment in Japan."""

    def at(*moment: int) -> datetime:
        shown = datetime(*moment, tzinfo=JAPAN)  # type: ignore[misc, arg-type]
        monkeypatch.setattr(clock, "now", lambda: shown)
        return shown

    return at


def sale_until(*moment: int) -> Stall:
    opens_at = datetime(2026, 11, 1, tzinfo=JAPAN)
    return Stall(
        make_town(),
        opens_at=opens_at,
        closes_at=datetime(*moment, tzinfo=JAPAN),  # type: ignore[misc, arg-type]
    )


def held(stall: Stall) -> Order:
    order = stall.hold(stall.code()[0]).order
    assert order is not None
    return order


def last_second(*day: int) -> datetime:
    return datetime(*day, 23, 59, 59, tzinfo=JAPAN)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("closes", "now", "deadline"),
    [
        ((2026, 12, 31, 0, 0), (2026, 12, 1, 9, 0), last_second(2026, 12, 4)),
        ((2026, 12, 3, 0, 0), (2026, 12, 1, 9, 0), last_second(2026, 12, 2)),
        ((2026, 12, 2, 0, 0), (2026, 12, 1, 9, 0), last_second(2026, 12, 1)),
        ((2026, 12, 2, 12, 0), (2026, 12, 1, 9, 0), last_second(2026, 12, 1)),
        ((2026, 12, 1, 12, 0), (2026, 12, 1, 9, 0), None),
    ],
    ids=["hold", "sale", "last day", "noon tomorrow", "noon today"],
)
def test_no_slip_outlives_its_sale(
    show: Show, closes: tuple[int, ...], now: tuple[int, ...], deadline: datetime | None
) -> None:
    show(*now)
    stall = sale_until(*closes)
    order = held(stall)
    assert checkouts.konbini_deadline(order) == deadline
    assert ("konbini" in methods_for(order)) is (deadline is not None)
    begun = begin_payment(order, "konbini")
    order.refresh_from_db()
    if deadline is None:
        assert (begun.outcome, order.state, order.checkouts.count()) == ("no_slip", "held", 0)
        return
    assert (begun.outcome, page_of(order).expires_at) == ("go", deadline)
    books.give_number(page_of(order))
    deliver_all(order.issuer.code)
    order.refresh_from_db()
    assert order.pay_by == deadline


def test_a_slip_that_lives_longer_than_asked_for_holds_its_order_no_longer(show: Show) -> None:
    """As of a provider that counts its days otherwise."""
    show(2026, 12, 1, 9, 0)
    order = held(sale_until(2026, 12, 2, 0, 0))
    assert begin_payment(order, "konbini").outcome == "go"
    slips = SandboxCheckout.objects.filter(pk=page_of(order).pk)
    slips.update(expires_at=last_second(2026, 12, 2))
    books.give_number(slips.get())
    deliver_all(order.issuer.code)
    order.refresh_from_db()
    assert (order.state, order.pay_by) == (OrderState.AWAITING, last_second(2026, 12, 1))


def test_no_slip_outlives_its_code(show: Show) -> None:
    now = show(2026, 12, 1, 9, 0)
    stall = sale_until(2026, 12, 31, 0, 0)
    text, _ = stall.code(valid_from=now, valid_until=datetime(2026, 12, 3, tzinfo=JAPAN))
    order = stall.hold(text).order
    assert order is not None
    assert checkouts.konbini_deadline(order) == last_second(2026, 12, 2)


def test_konbini_is_not_offered_when_the_provider_has_none_as_short(
    show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As at Stripe, whose shortest slip ends tomorrow."""
    now = show(2026, 12, 1, 9, 0)
    stall = sale_until(2026, 12, 2, 0, 0)
    order = held(stall)
    Order.objects.filter(pk=order.pk).update(state="confirmed")
    visitor = Visitor.logged_in(order.resident)
    page = f"orders/{order.number}/pay/"
    assert "コンビニではお支払いいただけません" not in words(visitor.get(page))
    tomorrow = now + timedelta(days=1)
    monkeypatch.setattr(SandboxProvider, "can_end", lambda self, until: until > tomorrow)
    said = words(visitor.get(page))
    assert "コンビニではお支払いいただけません" in said
    assert "クレジットカード" in said
    assert begin_payment(order, "konbini").outcome == "no_slip"
    assert order.checkouts.count() == 0
    assert begin_payment(order, "card").outcome == "go"
    assert begin_payment(order, "konbini").outcome == "no_slip"
    assert page_of(order).state == "open"  # the card's stays


def test_an_order_held_just_before_the_end_does_not_go_on_after_it(show: Show) -> None:
    show(2026, 12, 1, 23, 50)
    stall = sale_until(2026, 12, 2, 0, 0)
    order, begun = held(stall), held(stall)
    assert order.pay_by == datetime(2026, 12, 2, tzinfo=JAPAN)
    assert begin_payment(begun, "card").outcome == "go"
    assert page_of(begun).expires_at == datetime(2026, 12, 2, tzinfo=JAPAN)
    show(2026, 12, 2, 0, 1)
    assert begin_payment(order, "card").outcome == "over"
    order.refresh_from_db()
    assert (order.state, order.checkouts.count()) == (OrderState.LAPSED, 0)
    assert begin_payment(begun, "card").outcome == "over"
    assert page_of(begun).state == "expired"


def paid_beside_a_card_page() -> tuple[Order, SandboxCheckout]:
    """An order whose slip was paid while its payer was on the card page; and that page."""
    order = Stall(make_town()).awaiting("konbini")
    slip = page_of(order)
    books.give_number(slip)
    deliver_all(order.issuer.code)
    assert begin_payment(order, "card").outcome == "go"
    card = page_of(order)
    books.pay(slip, anyway=True)  # at a till, which did not know that it was closed
    deliver_all(order.issuer.code)
    order.refresh_from_db()
    assert order.state == OrderState.CHARGED
    return order, card


def closings_of(order: Order) -> int:
    """How many jobs are queued that close the order's pages."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from procrastinate_jobs where task_name = %s"
            " and (args ->> 'order_id')::bigint = %s",
            [closing.TASK, order.pk],
        )
        return int(cursor.fetchone()[0])


def test_a_paid_slip_closes_the_card_page_of_its_order() -> None:
    order, card = paid_beside_a_card_page()
    assert order.checkouts.latest("pk").state == CheckoutState.CLOSING
    assert closings_of(order) == 1
    tasks.close_pages(order.pk)
    assert SandboxCheckout.objects.get(pk=card.pk).state == "expired"
    assert not books.pay(card)
    assert close_leftovers(order) == 0
    assert total_balance(order.issuer, order.resident.wallet_id) == 13_000
    deliver_all(order.issuer.code)
    order.refresh_from_db()
    assert order.state == OrderState.CHARGED


def test_the_workers_round_closes_what_stayed_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """As after a provider's silence, which the job does not wait for."""
    for other in ("poll_orders", "follow_money", "remind_of_deadlines", "lapse_orders"):
        monkeypatch.setattr(polling, other, lambda: 0)
    order, card = paid_beside_a_card_page()
    tasks.look_after_orders()
    assert SandboxCheckout.objects.get(pk=card.pk).state == "expired"
    assert order.checkouts.latest("pk").state == CheckoutState.ENDED
