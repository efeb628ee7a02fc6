"""From when until when a shop takes an emoney, planned ahead and changed."""

from datetime import datetime, timedelta

import psycopg
import pytest

from hansatsu.database.connections import ledger_connection
from hansatsu.ledger import api as ledger
from tests.town import Town, make_town

Spans = list[tuple[float, float | None]]


@pytest.fixture
def now() -> datetime:
    return ledger.now(ledger_connection())


def spans(town: Town, now: datetime) -> Spans:
    """The large shop's acceptances of small_shops, in hours from ``now``, to the nearest."""

    def hours(at: datetime | None) -> int | None:
        return None if at is None else round((at - now) / timedelta(hours=1))

    found = ledger.acceptances(
        ledger_connection(),
        town.issuer.pk,
        shop_id=town.large_shop.pk,
        emoney_id=town.small_shops.pk,
    )
    return [(hours(each.start) or 0, hours(each.end)) for each in found]


def accept(town: Town, now: datetime, start: int | None, end: int | None) -> None:
    ledger.set_acceptances(
        ledger_connection(),
        issuer_id=town.issuer.pk,
        pairs=[(town.large_shop.pk, town.small_shops.pk)],
        start=None if start is None else now + timedelta(hours=start),
        end=None if end is None else now + timedelta(hours=end),
    )


@pytest.mark.parametrize(
    ("asked", "stands"),
    [
        ([(None, None)], [(0, None)]),
        ([(None, 5)], [(0, 5)]),
        ([(2, 5)], [(2, 5)]),
        ([(None, None), (None, None)], [(0, None)]),
        ([(None, None), (None, 5)], [(0, 5)]),
        ([(None, 5), (None, None)], [(0, None)]),
        ([(None, None), (2, 5)], [(0, 2), (2, 5)]),
        ([(None, 1), (2, 5)], [(0, 1), (2, 5)]),
        ([(2, 5), (3, None)], [(3, None)]),
        ([(2, 5), (2, 7)], [(2, 7)]),
        ([(2, 5), (None, 4)], [(0, 4)]),
        ([(-3, 4)], [(0, 4)]),
    ],
)
def test_what_stands_after_what_was_asked(
    town: Town, now: datetime, asked: list[tuple[int | None, int | None]], stands: Spans
) -> None:
    for start, end in asked:
        accept(town, now, start, end)
    assert spans(town, now) == stands


def test_ending_drops_plans_as_well(town: Town, now: datetime) -> None:
    for start, end in ((None, 1), (2, 5)):
        accept(town, now, start, end)
    pairs = [(town.large_shop.pk, town.small_shops.pk)]
    ledger.end_acceptances(ledger_connection(), issuer_id=town.issuer.pk, pairs=pairs)
    assert spans(town, now) == [(0, 0)]
    assert town.large_shop.pk in ledger.takes(ledger_connection(), town.issuer.pk)


def test_an_end_before_its_beginning_is_refused(town: Town, now: datetime) -> None:
    for start, end in ((None, -1), (3, 3)):
        with pytest.raises(psycopg.errors.RaiseException):
            accept(town, now, start, end)
    assert spans(town, now) == []


def test_another_issuers_pairs_are_refused(town: Town, now: datetime) -> None:
    other = make_town()
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        ledger.set_acceptances(
            ledger_connection(),
            issuer_id=town.issuer.pk,
            pairs=[(other.large_shop.pk, other.small_shops.pk)],
        )
    assert spans(other, now) == []


def test_a_plan_holds_when_its_time_comes(
    town: Town, now: datetime, clock_connection: psycopg.Connection
) -> None:
    town.charge(town.resident, town.small_shops, 500)
    accept(town, now, 2, 5)
    assert town.pay(town.resident, town.large_shop, 100).outcome == "not_accepted"
    ledger.set_clock(clock_connection, now + timedelta(hours=3))
    assert town.pay(town.resident, town.large_shop, 100).paid
    ledger.set_clock(clock_connection, now + timedelta(hours=5))
    assert town.pay(town.resident, town.large_shop, 100).outcome == "not_accepted"


def test_shops_that_are_held_are_had_alone(town: Town) -> None:
    shops = [town.large_shop.pk, town.shop.pk]
    connection = ledger_connection()
    with connection.transaction():
        ledger.hold_shops(connection, [*shops, shops[0]])
        held = connection.execute(
            "select objid::integer from pg_locks where pid = pg_backend_pid()"
            " and locktype = 'advisory' and classid = 72617 and mode = 'ExclusiveLock'"
        ).fetchall()
    assert {shop for (shop,) in held} == set(shops)
