"""What the top page says dies first, to the day."""

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from hansatsu.database.server import EmbeddedServer
from hansatsu.formats.japan import expires_at_after
from hansatsu.parties.wallets.selectors import Soonest, top_balance
from tests.support.clients import Visitor
from tests.support.frozen_clock import FrozenClock, frozen_clock
from tests.town import Town, make_town

LAST = date(2028, 2, 29)


@pytest.fixture(scope="module")
def clock(server: EmbeddedServer) -> Iterator[FrozenClock]:
    with frozen_clock(server) as clock:
        yield clock


@pytest.fixture(scope="module")
def town(clock: FrozenClock) -> Town:
    """2,470 yen that die on the leap day, in two lots, and others that die later."""
    show(clock, "2027-11-01 12:00")
    town = make_town()
    town.charge(town.resident, town.small_shops, 1470, expires_at_after(LAST))
    town.charge(town.resident, town.all_shops, 1000, expires_at_after(LAST))
    town.charge(town.resident, town.all_shops, 5000, expires_at_after(date(2028, 3, 1)))
    town.charge(town.resident, town.all_shops, 70_000)
    return town


def show(clock: FrozenClock, moment: str) -> None:
    clock.show(datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo("Asia/Tokyo")))


@pytest.mark.parametrize(
    ("moment", "soonest"),
    [
        ("2027-11-30 23:59:59", None),
        ("2027-12-01 00:00:00", Soonest(2470, LAST, 90)),
        ("2028-01-30 12:00:00", Soonest(2470, LAST, 30)),
        ("2028-02-28 23:59:59", Soonest(2470, LAST, 1)),
        ("2028-02-29 00:00:00", Soonest(2470, LAST, 0)),
        ("2028-02-29 23:59:59", Soonest(2470, LAST, 0)),
        ("2028-03-01 00:00:00", Soonest(5000, date(2028, 3, 1), 0)),
        ("2028-03-02 00:00:00", None),
    ],
)
def test_the_soonest_is_of_the_day(
    clock: FrozenClock, town: Town, moment: str, soonest: Soonest | None
) -> None:
    show(clock, moment)
    found = top_balance(town.issuer, town.resident.wallet_id)
    assert found.soonest == soonest
    assert found.total == sum(each.amount for each in found.emoneys)


def test_it_is_urgent_under_thirty_days() -> None:
    assert [Soonest(1, LAST, days).is_near for days in (0, 29, 30, 90)] == [
        True,
        True,
        False,
        False,
    ]


def test_the_top_page_says_it_and_leads_to_the_balance(clock: FrozenClock, town: Town) -> None:
    show(clock, "2027-12-01 12:00")
    page = Visitor.logged_in(town.resident).get("").content.decode()
    link = page.split('class="note__soonest" href="')[1].partition("</a>")[0]
    assert link.startswith(f"/{town.issuer.code}/balance/")
    for said in ("2,470", "あと90日", "2月29日まで"):
        assert said in link
    assert "note__left--near" not in link


def test_the_top_page_says_it_in_english_and_urgently(clock: FrozenClock, town: Town) -> None:
    show(clock, "2028-02-28 12:00")
    page = Visitor.logged_in(town.resident).get("", {"languageCd": "en"}).content.decode()
    link = page.split('class="note__soonest" href="')[1].partition("</a>")[0]
    for said in ("2,470", "1 day left", "until 2/29", "note__left--near"):
        assert said in link


def test_the_top_page_is_silent_of_what_is_far(clock: FrozenClock, town: Town) -> None:
    show(clock, "2027-11-30 12:00")
    assert "note__soonest" not in Visitor.logged_in(town.resident).get("").content.decode()
