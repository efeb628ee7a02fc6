"""What expired stands in the history under its last usable day, however late the sweep is."""

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from hansatsu.database.connections import ledger_connection
from hansatsu.database.server import EmbeddedServer
from hansatsu.formats.japan import expires_at_after
from hansatsu.ledger import api as ledger
from hansatsu.parties.wallets.selectors import history_page
from tests.support.clients import Visitor
from tests.support.frozen_clock import FrozenClock, frozen_clock
from tests.town import Town, make_town


@pytest.fixture(scope="module")
def clock(server: EmbeddedServer) -> Iterator[FrozenClock]:
    with frozen_clock(server) as clock:
        yield clock


@pytest.fixture
def town(clock: FrozenClock) -> Town:
    """5,000 yen that die on 31 December in two lots, 70 on 1 January, seen on 12 January."""
    show(clock, "2027-12-01 12:00")
    town = make_town()
    for emoney, amount, last_day in (
        (town.all_shops, 2000, date(2027, 12, 31)),
        (town.small_shops, 3000, date(2027, 12, 31)),
        (town.all_shops, 70, date(2028, 1, 1)),
    ):
        town.charge(town.resident, emoney, amount, expires_at_after(last_day))
    show(clock, "2028-01-12 12:00")
    return town


def show(clock: FrozenClock, moment: str) -> None:
    clock.show(datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo("Asia/Tokyo")))


def expiries(town: Town) -> list[tuple[date | None, int, list[int]]]:
    page = history_page(town.issuer, town.resident.wallet_id, show="expiries")
    return [(row.expired_on, row.amount, [line.amount for line in row.lines]) for row in page.rows]


def sweep() -> None:
    while ledger.expire_due(ledger_connection()):
        pass


def test_rows_are_of_days_and_the_same_before_and_after_the_sweep(town: Town) -> None:
    of_days = [(date(2028, 1, 1), 70, [70]), (date(2027, 12, 31), 5000, [2000, 3000])]
    assert expiries(town) == of_days
    sweep()
    assert expiries(town) == of_days
    all_rows = history_page(town.issuer, town.resident.wallet_id).rows
    assert [row.expired_on for row in all_rows if row.kind == "expiry"] == [
        date(2028, 1, 1),
        date(2027, 12, 31),
    ]


def test_the_page_shows_the_day_and_no_time_of_the_sweep(town: Town) -> None:
    sweep()
    page = Visitor.logged_in(town.resident).get("history/", {"show": "expiries"})
    shown = page.content.decode()
    assert "2027/12/31" in shown
    assert "2028/01/01" in shown
    assert "2028/01/12" not in shown


def test_a_page_ends_after_entries_and_not_within_one(town: Town) -> None:
    sweep()
    town.charge(town.resident, town.all_shops, 10)
    page = history_page(town.issuer, town.resident.wallet_id, limit=2)
    assert [row.amount for row in page.rows] == [10, 70, 5000]
    assert page.next_before is not None
    older = history_page(town.issuer, town.resident.wallet_id, before=page.next_before)
    assert [row.amount for row in older.rows] == [70, 3000, 2000]
