"""取消 and 返金 through the one service of shop site and API: what is given back, what is refused,
and that a refusal changes nothing."""

import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connections

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.payments.pos.cancellation import cancel_payment
from hansatsu.flows.payments.refunds import (
    RefundAsked,
    RefundMade,
    find_refund,
    find_refundable,
    refund_payment,
    rehearse_refund,
    settle_refund,
)
from hansatsu.flows.payments.takings import shop_payment
from hansatsu.formats.japan import JAPAN
from hansatsu.ledger import api as ledger
from hansatsu.messages.payment_object import payment_told, refund_told
from hansatsu.messages.till_note import read_reason, read_staff
from hansatsu.parties.shops.models import Shop
from tests.support.frozen_clock import FrozenClock
from tests.town import Town, make_town

NOON = datetime(2027, 3, 1, 12, tzinfo=JAPAN)


@pytest.fixture
def town() -> Town:
    town = make_town()
    town.charge(town.resident, town.all_shops, 300)
    town.charge(town.resident, town.small_shops, 1000)
    return town


def paid(town: Town, amount: int = 500, shop: Shop | None = None) -> str:
    outcome = town.pay(town.resident, shop or town.shop, amount)
    assert outcome.number is not None, outcome
    return outcome.number


def asked(town: Town, number: str, amount: int | None = None, **more: Any) -> RefundAsked:
    values = {"shop": town.shop, "actor": "staff:1", "key": secrets.token_hex(8)} | more
    return RefundAsked(number=number, amount=amount, **values)


def books(town: Town) -> tuple[Any, ...]:
    """Everything of the resident's wallet."""
    connection = ledger_connection()
    of = (town.issuer.pk, town.resident.wallet_id)
    return (
        [(lot.lot_id, lot.balance) for lot in ledger.lots(connection, *of)],
        [entry.seq for entry in ledger.history(connection, *of)],
    )


def held(town: Town) -> int:
    of = (town.issuer.pk, town.resident.wallet_id)
    return sum(each.amount for each in ledger.balances(ledger_connection(), *of))


def test_a_part_goes_back_to_the_lot_that_was_used_last(town: Town) -> None:
    number = paid(town)  # 300 of all shops, 200 of small shops
    made = refund_payment(asked(town, number, 200, reason="金額の打ち間違い", staff=7))
    assert (made.outcome, made.amount, made.expired, made.left) == ("refunded", 200, 0, 300)
    assert made.number.startswith(f"{number}-")
    entry = ledger.payment_by_number(ledger_connection(), town.issuer.pk, made.number)
    assert entry is not None
    assert [(line.emoney_id, line.amount) for line in entry.lines] == [(town.small_shops.pk, 200)]
    note = ledger.note(ledger_connection(), town.issuer.pk, entry.wallet_id, entry.seq)
    assert (read_reason(note), read_staff(note)) == ("金額の打ち間違い", 7)
    left = find_refundable(town.shop, number)
    assert left is not None
    assert (left.amount, left.left, left.is_today) == (500, 300, True)


def test_without_an_amount_all_that_is_left(town: Town) -> None:
    number = paid(town)
    refund_payment(asked(town, number, 200))
    assert refund_payment(asked(town, number)).amount == 300
    assert held(town) == 1300


def test_once_for_a_key_and_settled_afterwards(town: Town) -> None:
    number = paid(town)
    request = asked(town, number, 200, reason="誤り")
    assert find_refund(town.shop, request.actor, request.key) == ""
    first = refund_payment(request)
    again = refund_payment(request)
    assert (again.outcome, again.number, again.amount) == ("replayed", first.number, 200)
    assert find_refund(town.shop, request.actor, request.key) == first.number
    assert settle_refund(town.shop, request.actor, request.key) == first.number
    before = books(town)
    other_words = RefundAsked(town.shop, number, request.actor, request.key, 200, "別の理由")
    other_amount = RefundAsked(town.shop, number, request.actor, request.key, 201, "誤り")
    assert refund_payment(other_words).outcome == "key_conflict"
    assert refund_payment(other_amount).outcome == "key_conflict"
    assert books(town) == before


def test_a_late_try_after_settling_is_refused(town: Town) -> None:
    number = paid(town)
    request = asked(town, number, 200)
    before = books(town)
    assert settle_refund(town.shop, request.actor, request.key) == ""
    assert refund_payment(request).outcome == "cancelled"
    assert books(town) == before


def test_refusals_change_nothing(town: Town) -> None:
    number = paid(town)
    elsewhere = paid(town, 10, town.shop)
    stranger = make_town()
    before = books(town)
    for outcome, request in (
        ("refund_exceeds_payment", asked(town, number, 501)),
        ("unknown", asked(town, number, 0)),
        ("unknown", asked(town, number, -5)),
        ("unknown", asked(town, number, 5, shop=town.large_shop)),
        ("unknown", asked(town, elsewhere, None, shop=stranger.shop)),
        ("unknown", asked(town, "no such number")),
    ):
        assert refund_payment(request) == RefundMade(outcome), outcome  # type: ignore[arg-type]
    assert books(town) == before
    refund_payment(asked(town, number))
    before = books(town)
    assert refund_payment(asked(town, number)).outcome == "already_refunded"
    assert refund_payment(asked(town, number, 1)).outcome == "already_refunded"
    assert find_refundable(town.large_shop, number) is None
    assert books(town) == before


def test_a_payment_by_card_goes_back_to_the_card(town: Town) -> None:
    _, card = town.card(800)
    request = ledger.Request.of("test", secrets.token_hex(8), "card")
    outcome = ledger.pay(
        ledger_connection(),
        ledger.Payment(request, town.issuer.pk, town.shop.pk, card.wallet_id, 500),
    )
    assert outcome.number is not None
    before = books(town)
    assert refund_payment(asked(town, outcome.number, 200)).outcome == "refunded"
    (left,) = ledger.balances(ledger_connection(), town.issuer.pk, card.wallet_id)
    assert left.amount == 500
    assert books(town) == before


def test_a_rehearsal_says_the_same_and_changes_nothing(town: Town) -> None:
    number = paid(town)
    request = asked(town, number, 200)
    before = books(town)
    told = rehearse_refund(request)
    assert (told.outcome, told.amount, told.left) == ("refunded", 200, 300)
    assert rehearse_refund(asked(town, number, 501)).outcome == "refund_exceeds_payment"
    assert books(town) == before
    assert refund_payment(request).outcome == "refunded"


def test_two_tills_at_once_give_back_no_more_than_was_paid(town: Town) -> None:
    number = paid(town)
    start = threading.Barrier(8)

    def refund(each: int) -> RefundMade:
        try:
            start.wait()
            return refund_payment(asked(town, number, 200, actor=f"staff:{each}"))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(refund, range(8)))
    outcomes = sorted(each.outcome for each in made)
    assert outcomes == ["refund_exceeds_payment"] * 6 + ["refunded"] * 2
    left = find_refundable(town.shop, number)
    assert left is not None
    assert left.left == 100
    assert held(town) == 1200


def test_one_key_at_once_refunds_once(town: Town) -> None:
    number = paid(town)
    request = asked(town, number, 100)
    start = threading.Barrier(8)

    def refund(_: int) -> RefundMade:
        try:
            start.wait()
            return refund_payment(request)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(refund, range(8)))
    assert sorted(each.outcome for each in made) == ["refunded"] + ["replayed"] * 7
    assert len({each.number for each in made}) == 1
    assert held(town) == 900


class TestDays:
    """With a clock that stands where it is put."""

    @pytest.fixture
    def town(self, frozen: FrozenClock) -> Town:
        frozen.show(NOON)
        town = make_town()
        town.charge(town.resident, town.all_shops, 300, NOON + timedelta(days=1))
        town.charge(town.resident, town.small_shops, 1000)
        return town

    def test_today_only_refuses_yesterdays(self, frozen: FrozenClock, town: Town) -> None:
        frozen.show(NOON.replace(hour=23, minute=59, second=59))
        number = paid(town, 700)
        request = asked(town, number, 100, today_only=True)
        made = refund_payment(request)
        assert made.outcome == "refunded"
        frozen.show(NOON.replace(day=2, hour=0))
        before = books(town)
        assert refund_payment(asked(town, number, 100, today_only=True)) == RefundMade("not_today")
        assert books(town) == before
        replay = refund_payment(request)
        assert (replay.outcome, replay.number) == ("replayed", made.number)
        left = find_refundable(town.shop, number)
        assert left is not None
        assert (left.left, left.is_today) == (600, False)
        assert refund_payment(asked(town, number, 100)).outcome == "refunded"

    def test_midnight_between_the_look_and_the_lock(
        self, frozen: FrozenClock, town: Town, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        number = paid(town, 700)
        monkeypatch.setattr("hansatsu.flows.payments.refunds.clock.now", lambda: NOON)
        frozen.show(NOON.replace(day=2, hour=0))
        before = books(town)
        request = asked(town, number, 100, today_only=True)
        assert refund_payment(request) == RefundMade("not_today")
        assert books(town) == before
        assert find_refund(town.shop, request.actor, request.key) == ""

    def test_what_has_expired_is_told_before_and_after(
        self, frozen: FrozenClock, town: Town
    ) -> None:
        number = paid(town, 500)  # 300 of the lot that dies tomorrow
        frozen.show(NOON + timedelta(days=2))
        told = rehearse_refund(asked(town, number))
        assert (told.amount, told.expired) == (500, 300)
        made = refund_payment(asked(town, number))
        assert (made.amount, made.expired, made.left) == (500, 300, 0)
        assert held(town) == 1000

    def test_what_did_not_come_back_is_told_ever_after(
        self, frozen: FrozenClock, town: Town
    ) -> None:
        """By the entries that stand: as the outcome said it, which a replay does not."""
        number = paid(town, 500)  # 300 of the lot that dies tomorrow
        frozen.show(NOON + timedelta(days=2))
        request = asked(town, number, 350)
        first, again = refund_payment(request), refund_payment(request)
        assert (first.expired, again.outcome, again.expired) == (150, "replayed", None)
        last = refund_payment(asked(town, number))
        assert last.expired == 150
        told = payment_told(town.shop, number)
        assert told is not None
        assert [(each["amount"], each["expired"]) for each in told["refunds"]] == [
            (350, 150),
            (150, 150),
        ]
        assert refund_told(town.shop, last.number) == told["refunds"][1]
        assert refund_told(town.large_shop, last.number) is None
        assert refund_told(town.shop, number) is None

    @pytest.mark.parametrize("days", [0, 2])
    def test_what_came_from_a_charge_that_was_taken_back(
        self, frozen: FrozenClock, days: int
    ) -> None:
        """It goes to the issuer, dead or alive; the rest of it dies or comes back."""
        town = make_town()
        issue = town.charge(town.resident, town.all_shops, 300, NOON + timedelta(days=1))
        town.charge(town.resident, town.small_shops, 1000, NOON + timedelta(days=1))
        number = paid(town, 500)
        assert issue.seq is not None
        reversal = ledger.Reversal(
            ledger.Request.of("test", secrets.token_hex(8)),
            town.issuer.pk,
            town.resident.wallet_id,
            issue.seq,
        )
        assert ledger.reverse_issue(ledger_connection(), reversal).reversed
        frozen.show(NOON + timedelta(days=days))
        made = refund_payment(asked(town, number))
        died = 200 if days else 0
        assert (made.amount, made.expired, made.reversed) == (500, died, 300)
        opened = shop_payment(town.shop, made.number)
        assert opened is not None
        assert opened.loss == ledger.RefundLoss(died, 300)

    def test_what_has_expired_is_revived_by_the_issuers_grace(
        self, frozen: FrozenClock, town: Town
    ) -> None:
        kind = make_town(refund_grace_days=7)
        kind.charge(kind.resident, kind.all_shops, 300, NOON + timedelta(days=1))
        number = paid(kind, 300)
        frozen.show(NOON + timedelta(days=2))
        assert held(kind) == 0
        made = refund_payment(asked(kind, number, 200))
        assert (made.outcome, made.amount, made.expired) == ("refunded", 200, 0)
        told = refund_told(kind.shop, made.number)
        assert told is not None
        assert told["expired"] == 0
        connection = ledger_connection()
        lots = ledger.lots(connection, kind.issuer.pk, kind.resident.wallet_id)
        (revived,) = [lot for lot in lots if lot.balance]
        assert (revived.balance, revived.expires_at) == (200, NOON + timedelta(days=9))
        frozen.show(NOON + timedelta(days=9))
        assert held(kind) == 0

    def test_a_till_may_not_know_of_a_payment_for_a_day(
        self, frozen: FrozenClock, town: Town
    ) -> None:
        keys = ["in time", "too late", "of a manager"]
        for key in keys:
            request = ledger.Request.of("terminal:1", key, "pay")
            of = (town.issuer.pk, town.shop.pk, town.resident.wallet_id)
            assert ledger.pay(ledger_connection(), ledger.Payment(request, *of, 100)).number
        frozen.show(NOON + timedelta(days=1))
        assert cancel_payment(town.shop, "terminal:1", keys[0]).outcome == "refunded"
        frozen.show(NOON + timedelta(days=1, seconds=1))
        before = books(town)
        late = cancel_payment(town.shop, "terminal:1", keys[1])
        assert (late.outcome, bool(late.payment)) == ("too_late", True)
        assert books(town) == before
        assert cancel_payment(town.shop, "terminal:1", keys[0]).outcome == "refunded"
        assert books(town) == before
        any_age = cancel_payment(town.shop, "terminal:1", keys[2], any_age=True)
        assert any_age.outcome == "refunded"
