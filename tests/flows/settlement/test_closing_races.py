"""Closing while others write: nothing slips between two, and nothing is closed twice."""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import connection

from hansatsu.flows.settlement import closing, cuts, rules
from hansatsu.flows.settlement.models import Closing, SettlementRules, Statement
from hansatsu.ledger import api as ledger
from tests.support.racing import race
from tests.support.settling import Settling
from tests.support.waiting import wait_until


@contextmanager
def paying(settling: Settling, amount: int) -> Iterator[psycopg.Connection[Any]]:
    """A payment that is written and not committed, on a connection of its own."""
    town = settling.town
    with psycopg.connect(settling.clock.copy.app_url) as other:
        request = ledger.Request.of("test", secrets.token_hex(8), amount)
        paid = ledger.pay(
            other,
            ledger.Payment(request, town.issuer.pk, town.shop.pk, town.resident.wallet_id, amount),
        )
        assert paid.outcome == "paid"
        yield other


def closed_while(settling: Settling, other: psycopg.Connection[Any]) -> list[closing.Made]:
    """Close in a thread of its own, and commit the other's payment once closing waits for it."""
    looked = threading.Event()
    made: list[closing.Made] = []
    asked = ledger.writers_are_done

    def are_done(link: Any, number: int) -> bool:
        looked.set()
        return asked(link, number)

    def close() -> None:
        try:
            made.append(settling.made())
        finally:
            connection.close()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ledger, "writers_are_done", are_done)
        thread = threading.Thread(target=close)
        thread.start()
        wait_until(lambda: looked.is_set() or bool(made), what="closing to wait")
        other.commit()
        thread.join()
    return made


def test_a_payment_that_commits_late_stands_in_the_old_period(settling: Settling) -> None:
    settling.at("2026-03-31 23:59:59")
    with paying(settling, 700) as other:
        settling.at("2026-04-01 00:00:00")
        (made,) = closed_while(settling, other)
    assert made.outcome == "closed"
    assert settling.last().payments == 700


def test_without_the_wait_it_would_slip_through(
    settling: Settling, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: who does not wait for writers misses it for ever."""
    settling.at("2026-03-31 23:59:59")
    monkeypatch.setattr(ledger, "writers_are_done", lambda *_: True)
    with paying(settling, 700) as other:
        settling.at("2026-04-01 00:00:00")
        settling.close()
        other.commit()
    assert settling.last().payments == 0
    settling.at("2026-05-01 00:00:00")
    settling.close()
    assert settling.last().payments == 0  # nor in the next


def test_who_writes_for_long_is_waited_for_at_the_next_minute(
    settling: Settling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cuts, "PAUSE", 0)
    settling.at("2026-03-31 23:59:59")
    with paying(settling, 700) as other:
        settling.at("2026-04-01 00:00:00")
        assert settling.made().outcome == "writers"
        assert not Closing.objects.of(settling.town.issuer).exists()
        other.commit()
    assert settling.made().outcome == "closed"
    assert settling.last().payments == 700


def test_value_that_dies_at_the_cut_is_spent_before_it(settling: Settling) -> None:
    town = settling.town
    resident = town.add_resident("taro")
    settling.at("2026-04-01 00:00:00")
    midnight = closing.plans.midnight_of(closing.clock.now())
    settling.at("2026-03-31 23:59:59")
    town.charge(resident, town.all_shops, 800, expires_at=midnight)
    paid = town.pay(resident, town.shop, 500)
    assert paid.paid
    settling.at("2026-04-01 00:00:00")
    settling.close()
    assert settling.last().payments == 500
    assert not town.pay(resident, town.shop, 1).paid


@pytest.mark.parametrize("locked", [True, False])
def test_closing_twice_at_once_closes_once(
    settling: Settling, locked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the lock on the rules both draft the same, and the database refuses the second."""
    settling.at("2026-03-31 23:00:00")
    settling.pay(700)
    settling.at("2026-04-01 00:00:00")
    if not locked:
        meet = threading.Barrier(2, timeout=20)
        drafted = closing.drafts

        def unlocked(issuer: Any) -> SettlementRules:
            return SettlementRules.objects.get(issuer=issuer)

        def met(*words: Any, **named: Any) -> Any:
            found = drafted(*words, **named)
            meet.wait()
            return found

        monkeypatch.setattr(closing, "locked_rules", unlocked)
        monkeypatch.setattr(closing, "drafts", met)

    def close(_place: int) -> str:
        try:
            return settling.made().outcome
        except Exception as error:
            return type(error).__name__

    outcomes = sorted(race(close, 2))
    assert outcomes == (["closed", "nothing_due"] if locked else ["IntegrityError", "closed"])
    assert Closing.objects.of(settling.town.issuer).count() == 1
    assert Statement.objects.of(settling.town.issuer).count() == 2


def test_a_refund_that_races_the_close_stands_in_exactly_one(settling: Settling) -> None:
    settling.at("2026-03-31 12:00:00")
    numbers = [settling.pay(100) for _ in range(5)]
    settling.at("2026-04-01 00:00:00")

    def act(place: int) -> None:
        if place == 0:
            settling.close()
        else:
            settling.town.refund(numbers[place - 1])

    race(act, 6)
    assert settling.last().refunds == 0  # the clock stands: each is of the first moment after
    settling.at("2026-05-01 00:00:00")
    settling.close()
    statements = Statement.objects.filter(shop=settling.town.shop)
    assert sum(each.refunds for each in statements) == 500


def test_a_killed_closing_goes_on(settling: Settling, monkeypatch: pytest.MonkeyPatch) -> None:
    settling.at("2026-03-31 12:00:00")
    settling.pay(100)
    settling.at("2026-04-01 00:00:00")

    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(closing, "_take_adjustments", killed)
        with pytest.raises(KeyboardInterrupt):
            settling.close()
    assert not Closing.objects.of(settling.town.issuer).exists()
    assert settling.made().outcome == "closed"
    assert settling.last().payments == 100
    assert rules.rules_of(settling.town.issuer).begins_at is not None
