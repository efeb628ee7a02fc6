"""All cards of a batch are stopped: once, with what they still hold, even amid payments."""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from django.db.models import QuerySet

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.payments.poster_intents import new_key
from hansatsu.flows.printouts import batches as bulk
from hansatsu.flows.printouts import stopping
from hansatsu.flows.printouts.models import Making, PrintKind, Stopping
from hansatsu.flows.redemption.lookup import Found
from hansatsu.flows.redemption.redeem import take
from hansatsu.ledger import api as ledger
from hansatsu.parties.cards.models import Card
from hansatsu.parties.cards.stopping import reissue_card, resume_card, stop_card
from hansatsu.parties.identity.models import Role
from hansatsu.parties.issuers.audit import CONSOLE, Actor
from hansatsu.parties.issuers.models import AuditEntry
from hansatsu.parties.wallets.selectors import total_balance
from tests.support.clerks import employ
from tests.support.racing import CALLERS, race
from tests.support.sound import is_sound
from tests.town import Town, make_town

HELD = 1000
"""Yen of each card."""
WHY = {"actor": "staff:1", "reason": "紛失の届け出"}


@pytest.fixture
def town() -> Town:
    return make_town(cards_may_be_taken=True)


@pytest.fixture
def clerk(town: Town) -> Actor:
    staff = employ(town.issuer, Role.OPERATOR)
    return Actor(town.issuer, staff.actor, staff.display_name, CONSOLE)


def batch(town: Town, clerk: Actor, count: int) -> Making:
    """Cards that are made."""
    settings = bulk.card_settings({town.all_shops: HELD}, None)
    wanted = bulk.Order(PrintKind.CARDS, "敬老", settings, count, ["xlsx"])
    making = bulk.order(clerk, wanted, reason="敬老の日", key=new_key())
    bulk.make_all(making.pk)
    making.refresh_from_db()
    return making


def ordered(clerk: Actor, making: Making) -> Stopping:
    return stopping.order_stopping(clerk, making, reason="郵便の事故")


def stopped(order: Stopping) -> tuple[int, int, int]:
    order.refresh_from_db()
    return order.looked_at, order.stopped, order.amount


def cards_of(making: Making) -> list[Card]:
    return list(Card.objects.filter(batch=making.pk).order_by("wallet_id"))


def pay(town: Town, card: Card, amount: int) -> str:
    request = ledger.Request.of("test", f"pay-{card.pk}-{amount}", amount)
    payment = ledger.Payment(request, town.issuer.pk, town.shop.pk, card.wallet_id, amount)
    return ledger.pay(ledger_connection(), payment).outcome


def frozen(card: Card) -> bool:
    return ledger.wallet_state(ledger_connection(), card.issuer_id, card.wallet_id) == "frozen"


def acts(town: Town) -> list[AuditEntry]:
    return list(AuditEntry.objects.of(town.issuer).filter(act__startswith="making_").order_by("pk"))


def meanwhile(
    order: Stopping, act: Callable[[int], list[str]], callers: int = CALLERS - 1
) -> list[list[str]]:
    """What the callers get, who act while the cards are stopped."""

    def each(place: int) -> list[str]:
        if place:
            return act(place)
        stopping.stop_all(order.pk)
        return []

    return race(each, callers + 1)[1:]


def test_what_is_left_is_stopped_and_the_rest_stays_as_it_is(town: Town, clerk: Actor) -> None:
    making = batch(town, clerk, 6)
    _, another = town.card(HELD)
    fresh, spent, lost, moved, gone, empty = cards_of(making)
    assert pay(town, spent, 300) == "paid"
    assert stop_card(lost, **WHY)
    assert take(town.resident, Found("card", moved.pk)) == "done"
    new = reissue_card(gone, **WHY).card
    assert pay(town, empty, HELD) == "paid"
    order = ordered(clerk, making)
    assert [each.act for each in acts(town)] == ["making_stop_ordered"]
    stopping.stop_all(order.pk)
    assert stopped(order) == (6, 3, HELD + 700)
    assert all(map(frozen, (fresh, spent, lost, empty)))
    assert new is not None
    assert not frozen(new)
    assert not frozen(another)
    assert pay(town, fresh, 10) == pay(town, spent, 10) == "frozen"
    assert total_balance(town.issuer, town.resident.wallet_id) == HELD
    last = acts(town)[-1]
    assert (last.act, last.actor, last.reason) == ("making_stopped", clerk.actor, "郵便の事故")
    assert last.after == {"count": 3, "amount": HELD + 700}
    assert is_sound()


def test_it_is_done_once_however_often_it_is_asked_for(town: Town, clerk: Actor) -> None:
    making = batch(town, clerk, 3)
    order = ordered(clerk, making)
    assert ordered(clerk, making) == order
    stopping.stop_all(order.pk)
    found, *_others = cards_of(making)
    assert resume_card(found, **WHY)
    stopping.stop_all(order.pk)
    assert ordered(clerk, making) == order
    assert not frozen(found)
    assert stopped(order) == (3, 3, 3 * HELD)
    assert [each.act for each in acts(town)] == ["making_stop_ordered", "making_stopped"]


def test_a_killed_worker_leaves_whole_parts_and_another_goes_on(town: Town, clerk: Actor) -> None:
    making = batch(town, clerk, 5)
    order = ordered(clerk, making)
    with mock.patch.object(stopping, "PART", 2):
        assert stopping.stop_part(order.pk)
        killed = mock.patch.object(stopping, "stop_card", side_effect=[True, KeyboardInterrupt])
        with killed, pytest.raises(KeyboardInterrupt):
            stopping.stop_part(order.pk)
        assert stopped(order) == (2, 2, 2 * HELD)
        assert [frozen(card) for card in cards_of(making)] == [True, True, False, False, False]
        stopping.stop_all(order.pk)
    assert stopped(order) == (5, 5, 5 * HELD)
    assert all(map(frozen, cards_of(making)))


def test_what_is_still_being_made_and_codes_are_not_stopped(town: Town, clerk: Actor) -> None:
    wanted = bulk.Order(
        PrintKind.CARDS, "敬老", bulk.card_settings({town.all_shops: HELD}, None), 2, ["xlsx"]
    )
    making = bulk.order(clerk, wanted, reason="敬老の日", key=new_key())
    assert not stopping.can_be_stopped(making)
    with pytest.raises(ValueError, match="all there"):
        ordered(clerk, making)
    bulk.make_all(making.pk)
    making.refresh_from_db()
    assert stopping.can_be_stopped(making)
    making.kind = PrintKind.GIFTS
    with pytest.raises(ValueError, match="all there"):
        ordered(clerk, making)
    assert not Stopping.objects.of(town.issuer).exists()
    assert not any(map(frozen, cards_of(making)))


def test_cards_that_are_paid_with_meanwhile(town: Town, clerk: Actor) -> None:
    """No matter who is first with a card: what was paid and what is stopped are what it held."""
    making = batch(town, clerk, 60)
    order = ordered(clerk, making)
    cards = cards_of(making)

    def pay_with_all(place: int) -> list[str]:
        return [pay(town, card, 100 + place) for card in cards]

    outcomes = Counter(outcome for each in meanwhile(order, pay_with_all) for outcome in each)
    assert outcomes.keys() <= {"paid", "frozen"}
    assert outcomes.total() == (CALLERS - 1) * len(cards)
    left = sum(total_balance(town.issuer, card.wallet_id) for card in cards)
    assert stopped(order) == (60, 60, left)
    assert all(map(frozen, cards))
    assert {pay(town, card, 1) for card in cards} == {"frozen"}
    assert is_sound()


def test_cards_that_are_taken_meanwhile(town: Town, clerk: Actor) -> None:
    making = batch(town, clerk, 20)
    order = ordered(clerk, making)
    cards = cards_of(making)

    def take_all(_place: int) -> list[str]:
        return [str(take(town.resident, Found("card", card.pk))) for card in reversed(cards)]

    (taken,) = meanwhile(order, take_all, callers=1)
    came = total_balance(town.issuer, town.resident.wallet_id)
    assert set(taken) <= {"done", "stopped"}
    assert came == HELD * taken.count("done")
    assert stopped(order) == (20, taken.count("stopped"), 20 * HELD - came)
    assert is_sound()


def test_two_workers_stop_each_card_once(town: Town, clerk: Actor) -> None:
    making = batch(town, clerk, 45)
    order = ordered(clerk, making)
    race(lambda _: stopping.stop_all(order.pk), 3)
    assert stopped(order) == (45, 45, 45 * HELD)
    assert [each.act for each in acts(town)] == ["making_stop_ordered", "making_stopped"]


def test_negative_control_without_the_orders_lock_the_sums_are_wrong(
    town: Town, clerk: Actor
) -> None:
    """Both read the order, both stop the same cards: the ledger's keys let each be stopped once,
    and the second writes over what the first has counted."""
    making = batch(town, clerk, 4)
    order = ordered(clerk, making)
    both_have_read = threading.Barrier(2, timeout=60)
    first = threading.local()

    def waiting(card: Card, **why: Any) -> bool:
        if not hasattr(first, "has_waited"):
            first.has_waited = True
            both_have_read.wait()
        return stop_card(card, **why)

    def unlocked(rows: "QuerySet[Any]", **_how: Any) -> "QuerySet[Any]":
        return rows

    with (
        mock.patch.object(QuerySet, "select_for_update", unlocked),
        mock.patch.object(stopping, "stop_card", waiting),
    ):
        race(lambda _: stopping.stop_part(order.pk), 2)
    assert all(map(frozen, cards_of(making)))
    assert stopped(order) != (4, 4, 4 * HELD) or len(acts(town)) > 2


def test_orders_of_the_same_moment_are_one(town: Town, clerk: Actor) -> None:
    making = batch(town, clerk, 2)
    assert len({order.pk for order in race(lambda _: ordered(clerk, making))}) == 1
    assert [each.act for each in acts(town)] == ["making_stop_ordered"]
