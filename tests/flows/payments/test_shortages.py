"""How often a wallet is told to be short: counted one by one, also when many ask at once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from django.db import connections

from hansatsu.flows.payments.models import Shortage
from hansatsu.flows.payments.shortages import Asked, Short, note_shortage, seconds_to_wait
from tests.town import make_town

NOW = datetime(2026, 11, 30, 3, tzinfo=UTC)
STEP = int(NOW.timestamp()) // 30
CODE = Asked(1, 7, STEP)
CARD = Asked(1)


def short(asked: Asked, *minutes_ago: float) -> list[Short]:
    return [Short(NOW - timedelta(minutes=ago), asked.device, asked.step) for ago in minutes_ago]


def test_a_pay_code_serves_no_more_until_it_dies() -> None:
    assert seconds_to_wait(short(CODE, 1, 1, 2, 2), CODE, NOW) == 0
    assert seconds_to_wait(short(CODE, 1, 1, 2, 2, 3), CODE, NOW) == 300
    assert seconds_to_wait(short(CODE, 1, 1, 2, 2, 3), Asked(1, 7, STEP + 1), NOW) == 0
    assert seconds_to_wait(short(CODE, 1, 1, 2, 2, 3), Asked(1, 8, STEP), NOW) == 0


def test_a_card_serves_again_when_fewer_count() -> None:
    assert seconds_to_wait(short(CARD, 1, 1, 2, 2, 50), CARD, NOW) == 600
    assert seconds_to_wait(short(CARD, 1, 1, 2, 2, 60), CARD, NOW) == 0


def test_a_wallet_is_short_twenty_times_in_an_hour() -> None:
    others = [each for step in range(20) for each in short(Asked(1, 7, step), step + 1)]
    assert seconds_to_wait(others, CODE, NOW) == 40 * 60
    assert seconds_to_wait(others[:19], CODE, NOW) == 0


def test_tries_at_once_are_counted_one_by_one() -> None:
    town = make_town()
    asked = Asked(town.resident.wallet_id, 7, STEP + 10**6)
    start = threading.Barrier(16)

    def try_it(_: int) -> int:
        try:
            start.wait()
            return note_shortage(town.issuer.pk, asked)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(16) as pool:
        waits = list(pool.map(try_it, range(16)))
    assert sum(wait == 0 for wait in waits) == 5
    assert Shortage.objects.of(town.issuer).count() == 5
