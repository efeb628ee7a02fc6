"""Every order of a provider's events, over HTTP with real signatures: value is issued once, if and
only if money came in time; whatever else came goes back."""

import pytest
from django.db import transaction

from hansatsu.database.server import EmbeddedServer
from hansatsu.flows.charging import order_machine
from hansatsu.flows.charging.checkouts import begin_payment, cancel_order
from hansatsu.flows.charging.models import (
    Checkout,
    Order,
    OrderState,
    ProviderPayment,
    ReceivedEvent,
    Task,
    TaskKind,
)
from hansatsu.flows.charging.polling import lapse_orders, poll_orders
from hansatsu.flows.charging.psp.sandbox import books
from hansatsu.ledger import api as ledger
from hansatsu.messages.mail.models import Mail
from hansatsu.parties.programs.models import CodeState
from hansatsu.parties.wallets.selectors import balance_page, total_balance
from tests.support.ahead import ahead
from tests.support.buying import LAST_DAY, Stall, deliver, deliver_all, page_of, queued_webhooks
from tests.support.clients import Visitor
from tests.support.sound import is_sound
from tests.town import Town, make_town


@pytest.fixture
def stall(town: Town) -> Stall:
    return Stall(town)


def held(town: Town) -> int:
    return total_balance(town.issuer, town.resident.wallet_id)


def state(order: Order) -> str:
    order.refresh_from_db()
    return order.state


def mails(town: Town) -> list[str]:
    return list(Mail.objects.of(town.issuer).order_by("pk").values_list("kind", flat=True))


def code_state(order: Order) -> str:
    order.purchase_code.refresh_from_db()
    return order.purchase_code.state


def test_a_card_payment_charges_two_units_as_lots_with_their_expiry(
    town: Town, stall: Stall
) -> None:
    order = stall.awaiting("card", units=2)
    assert held(town) == 0
    books.pay(page_of(order))
    assert held(town) == 0  # nobody has told us yet
    deliver_all(town.issuer.code)
    assert state(order) == OrderState.CHARGED
    lots = balance_page(town.issuer, town.resident.wallet_id).lots
    assert {(lot.emoney, lot.balance, lot.expires_on) for lot in lots} == {
        ("中小店舗限定", 16_000, LAST_DAY),
        ("全店共通", 10_000, LAST_DAY),
    }
    assert code_state(order) == CodeState.USED
    assert mails(town) == ["order_code", "issue"]
    assert not Task.objects.of(town.issuer).exists()


def test_a_webhook_that_comes_twice_charges_once(town: Town, stall: Stall) -> None:
    order = stall.awaiting()
    books.pay(page_of(order))
    for _ in range(3):
        deliver_all(town.issuer.code)
    assert (state(order), held(town)) == (OrderState.CHARGED, 13_000)
    assert ReceivedEvent.objects.of(town.issuer).count() == 1
    assert mails(town).count("issue") == 1


def test_one_payment_told_of_by_two_events_charges_once(town: Town, stall: Stall) -> None:
    order = stall.awaiting()
    books.pay(page_of(order))
    (told,) = queued_webhooks(town.issuer.code)
    deliver(town.issuer.code, told)
    deliver(town.issuer.code, told | {"id": "evt_other"})
    assert held(town) == 13_000
    events = ReceivedEvent.objects.of(town.issuer).order_by("pk")
    assert list(events.values_list("outcome", flat=True)) == ["charged", "repeated"]


def test_konbini_events_out_of_order_charge_once(town: Town, stall: Stall) -> None:
    order = stall.awaiting("konbini")
    books.give_number(page_of(order))
    books.pay(page_of(order))
    number, paid = queued_webhooks(town.issuer.code)
    for told in (paid, number, paid):
        assert deliver(town.issuer.code, told).status_code == 200
    assert (state(order), held(town)) == (OrderState.CHARGED, 13_000)
    assert "order_konbini" not in mails(town)  # a number that is paid already is no news


def test_konbini_in_its_order_mails_the_number_and_then_the_charge(
    town: Town, stall: Stall
) -> None:
    order = stall.awaiting("konbini")
    books.give_number(page_of(order))
    deliver_all(town.issuer.code)
    order.refresh_from_db()
    assert (order.state, held(town)) == (OrderState.AWAITING, 0)
    assert order.pay_by == page_of(order).expires_at
    books.pay(page_of(order))
    deliver_all(town.issuer.code)
    assert (state(order), held(town)) == (OrderState.CHARGED, 13_000)
    assert mails(town) == ["order_code", "order_konbini", "issue"]


def test_a_payment_that_is_told_of_before_our_page_knew_the_checkout(
    town: Town, stall: Stall
) -> None:
    order = stall.awaiting()
    books.pay(page_of(order))
    # as it stands while the answer of the provider is still on its way to us
    Checkout.objects.filter(order=order).update(reference="", redirect_url="", state="starting")
    Order.objects.filter(pk=order.pk).update(state=OrderState.CONFIRMED)
    deliver_all(town.issuer.code)
    assert (state(order), held(town)) == (OrderState.CHARGED, 13_000)
    begun = begin_payment(order, "card")
    assert begun.outcome == "over"
    assert held(town) == 13_000


def test_a_webhook_that_never_comes_is_found_by_polling(town: Town, stall: Stall) -> None:
    order = stall.awaiting()
    books.pay(page_of(order))
    assert poll_orders() >= 1
    assert (state(order), held(town)) == (OrderState.CHARGED, 13_000)
    deliver_all(town.issuer.code)  # and comes late after all
    assert held(town) == 13_000


def test_one_order_that_cannot_be_charged_yet_keeps_up_no_other(
    server: EmbeddedServer, town: Town, stall: Stall
) -> None:
    town.charge(town.resident, town.all_shops, 100)
    other = Stall(make_town())
    first, second = stall.awaiting(), other.awaiting()
    books.pay(page_of(first))
    books.pay(page_of(second))
    with ahead(server, town.resident.wallet_id):
        poll_orders()
        assert (state(first), held(town)) == (OrderState.AWAITING, 100)
        assert state(second) == OrderState.CHARGED
    Checkout.objects.filter(order=first).update(looked_at=None)
    poll_orders()
    assert (state(first), held(town)) == (OrderState.CHARGED, 13_100)


def test_the_way_back_from_the_provider_asks_once(town: Town, stall: Stall) -> None:
    order = stall.awaiting()
    books.pay(page_of(order))
    visitor = Visitor.logged_in(town.resident)
    answer = visitor.get(f"orders/{order.number}/back/", {"done": "1"})
    assert answer["Location"] == visitor.address(f"orders/{order.number}/?done=1")
    assert (state(order), held(town)) == (OrderState.CHARGED, 13_000)


def test_money_after_the_deadline_goes_back_and_charges_nothing(town: Town, stall: Stall) -> None:
    order = stall.awaiting("konbini")
    books.give_number(page_of(order))
    deliver_all(town.issuer.code)
    Order.objects.filter(pk=order.pk).update(pay_by="2026-01-01T00:00Z")
    assert lapse_orders() >= 1
    assert (state(order), code_state(order)) == (OrderState.LAPSED, CodeState.FREE)
    books.pay(page_of(order), anyway=True)
    deliver_all(town.issuer.code)
    assert (state(order), held(town)) == (OrderState.LAPSED, 0)
    task = Task.objects.of(town.issuer).get()
    assert (task.kind, task.yen, task.state) == (TaskKind.LATE, 10_000, "open")
    assert mails(town)[-2:] == ["order_lapsed", "order_money_back"]
    lapsed = Mail.objects.of(town.issuer).get(kind="order_lapsed")
    assert "お手元のお支払い番号は" in lapsed.text


def test_a_card_order_that_lapses_says_nothing_of_numbers(town: Town, stall: Stall) -> None:
    order = stall.awaiting("card")
    Order.objects.filter(pk=order.pk).update(pay_by="2026-01-01T00:00Z")
    assert lapse_orders() >= 1
    assert state(order) == OrderState.LAPSED
    lapsed = Mail.objects.of(town.issuer).get(kind="order_lapsed")
    assert "お支払い番号" not in lapsed.text


def test_money_that_was_in_time_but_not_told_of_is_found_before_lapsing(
    town: Town, stall: Stall
) -> None:
    order = stall.awaiting("konbini")
    books.give_number(page_of(order))
    books.pay(page_of(order))
    Order.objects.filter(pk=order.pk).update(pay_by="2026-01-01T00:00Z")
    lapse_orders()
    assert (state(order), held(town)) == (OrderState.CHARGED, 13_000)
    assert "order_lapsed" not in mails(town)


def test_money_that_comes_twice_charges_once_and_goes_back_once(town: Town, stall: Stall) -> None:
    order = stall.awaiting("konbini")
    books.give_number(page_of(order))
    books.pay(page_of(order))
    books.pay(page_of(order), anyway=True)
    deliver_all(town.issuer.code)
    deliver_all(town.issuer.code)
    assert (state(order), held(town)) == (OrderState.CHARGED, 13_000)
    roles = ProviderPayment.objects.of(town.issuer).order_by("pk").values_list("role", flat=True)
    assert list(roles) == ["order", "double"]
    assert [task.kind for task in Task.objects.of(town.issuer)] == [TaskKind.DOUBLE]
    assert mails(town).count("order_money_back") == 1


def test_a_second_payment_without_its_webhook_is_found_too(town: Town, stall: Stall) -> None:
    order = stall.awaiting("konbini")
    books.give_number(page_of(order))
    books.pay(page_of(order))
    poll_orders()
    books.pay(page_of(order), anyway=True)
    Checkout.objects.filter(order=order).update(looked_at="2026-01-01T00:00Z")
    poll_orders()
    assert held(town) == 13_000
    assert [task.kind for task in Task.objects.of(town.issuer)] == [TaskKind.DOUBLE]


def test_a_payment_that_fails_for_good_frees_the_code(town: Town, stall: Stall) -> None:
    order = stall.awaiting()
    books.fail(page_of(order))
    deliver_all(town.issuer.code)
    assert (state(order), held(town)) == (OrderState.FAILED, 0)
    assert code_state(order) == CodeState.FREE
    assert mails(town)[-1] == "order_failed"


def test_cancelling_closes_the_payment_page_and_frees_the_code(town: Town, stall: Stall) -> None:
    order = stall.awaiting("konbini")
    books.give_number(page_of(order))
    deliver_all(town.issuer.code)
    assert cancel_order(order) == "closed"
    assert page_of(order).state == "expired"
    deliver_all(town.issuer.code)  # that it has expired is our own doing
    assert (state(order), code_state(order)) == (OrderState.CANCELLED, CodeState.FREE)
    assert "order_lapsed" not in mails(town)


def test_cancelling_what_was_just_paid_charges_it(town: Town, stall: Stall) -> None:
    order = stall.awaiting()
    books.pay(page_of(order))
    assert cancel_order(order) == "busy"
    assert (state(order), held(town)) == (OrderState.CHARGED, 13_000)


def test_another_method_closes_the_first_page(town: Town, stall: Stall) -> None:
    order = stall.awaiting("konbini")
    first = page_of(order)
    books.give_number(first)
    deliver_all(town.issuer.code)
    assert begin_payment(order, "card").outcome == "go"
    second = page_of(order)
    assert first.reference != second.reference
    books.pay(second)
    deliver_all(town.issuer.code)
    assert (state(order), held(town)) == (OrderState.CHARGED, 13_000)
    first.refresh_from_db()
    assert first.state == "expired"


def test_a_wallet_that_is_full_leaves_a_task_and_can_be_charged_later() -> None:
    town = make_town(limits=ledger.Limits(holding=20_000))
    stall = Stall(town)
    order = stall.awaiting()
    town.charge(town.resident, town.all_shops, 10_000)
    books.pay(page_of(order))
    deliver_all(town.issuer.code)
    assert (state(order), held(town)) == (OrderState.PAID, 10_000)
    task = Task.objects.of(town.issuer).get()
    assert (task.kind, task.reason, task.yen) == (TaskKind.UNCHARGED, "over_limit", 10_000)
    assert mails(town)[-1] == "order_not_charged"
    assert code_state(order) == CodeState.HELD
    town.pay(town.resident, town.shop, 9_000)
    with transaction.atomic():
        assert order_machine.charge(order_machine.lock(order)) == "charged"
    task.refresh_from_db()
    assert (state(order), held(town), task.state) == (OrderState.CHARGED, 14_000, "done")


@pytest.mark.parametrize("spoilt", ["secret", "age"])
def test_a_webhook_with_a_bad_signature_changes_nothing(
    town: Town, stall: Stall, spoilt: str
) -> None:
    order = stall.awaiting()
    books.pay(page_of(order))
    (told,) = queued_webhooks(town.issuer.code)
    bad = {"secret": "another"} if spoilt == "secret" else {"age": 400}
    assert deliver(town.issuer.code, told, **bad).status_code == 400  # type: ignore[arg-type]
    assert (state(order), held(town)) == (OrderState.AWAITING, 0)
    assert not ReceivedEvent.objects.of(town.issuer).exists()


def test_another_issuers_webhook_moves_nothing_here(town: Town, stall: Stall) -> None:
    order = stall.awaiting()
    books.pay(page_of(order))
    (told,) = queued_webhooks(town.issuer.code)
    other = make_town()
    Stall(other)
    deliver(other.issuer.code, told)
    assert (state(order), held(town), held(other)) == (OrderState.AWAITING, 0, 0)


def test_the_books_hold_after_all_of_it(town: Town, stall: Stall) -> None:
    order = stall.awaiting()
    books.pay(page_of(order))
    deliver_all(town.issuer.code)
    assert is_sound()
