"""What of the living value dies when: for reminders, and for the page that says what dies first.

A last day is the last day in Japan on which value can be spent; ``expires_at`` is the first moment
at which it cannot, mostly the midnight after.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from psycopg import Connection
from psycopg.rows import class_row

from hansatsu.database.arrays import integers


@dataclass(frozen=True, slots=True)
class DayBalance:
    """Living yen of one emoney in a wallet: those that die on ``last_day``, or, with None, those
    that live longer than was asked about. ``today`` is the day of the ledger's clock in Japan."""

    emoney_id: int
    last_day: date | None
    amount: int
    today: date


@dataclass(frozen=True, slots=True)
class Dying:
    """Living yen of one emoney that die in a wallet on ``last_day``. A frozen wallet has
    ``is_frozen``: its value dies like any other."""

    issuer_id: int
    wallet_id: int
    emoney_id: int
    last_day: date
    amount: int
    is_frozen: bool


Place = tuple[datetime, int]
"""A place in the order of expiry: ``expires_at`` and wallet id."""


def balances_by_last_day(
    connection: Connection[Any], issuer_id: int, wallet_id: int, days: int
) -> list[DayBalance]:
    """Living value of a wallet by emoney and last day, soonest first in each emoney. What is alive
    for more than ``days`` days after today is one sum with ``last_day`` None."""
    with connection.cursor(row_factory=class_row(DayBalance)) as cursor:
        return cursor.execute(
            """
            select l.emoney_id,
                case when day.last_day <= clock.today + %s then day.last_day end as last_day,
                sum(l.balance)::bigint as amount, clock.today
            from ledger.lot as l
            cross join (
                select moment.at, (moment.at at time zone 'Asia/Tokyo')::date as today
                from (select ledger.now() as at) as moment
            ) as clock
            cross join lateral (select
                ((l.expires_at - interval '1 microsecond') at time zone 'Asia/Tokyo')::date
            ) as day (last_day)
            where l.wallet_id = %s and l.issuer_id = %s and l.balance > 0
                and (l.expires_at is null or l.expires_at > clock.at)
            group by 1, 2, 4 order by 1, 2
            """,
            [days, wallet_id, issuer_id],
        ).fetchall()


def dying_places(
    connection: Connection[Any], after: Place, until: datetime, limit: int
) -> list[Place]:
    """Where value dies, up to and with ``until``, in the order of expiry: at most ``limit`` places
    behind ``after``. Of whichever issuer; a wallet comes once for each moment and lot."""
    return connection.execute(
        """
        select l.expires_at, l.wallet_id from ledger.lot as l
        where l.swept_at is null and l.balance > 0
            and (l.expires_at, l.wallet_id) > (%s, %s::bigint) and l.expires_at <= %s
        order by l.expires_at, l.wallet_id limit %s
        """,
        [*after, until, limit],
    ).fetchall()


def dying_in(
    connection: Connection[Any], wallet_ids: Collection[int], now: datetime, until: datetime
) -> list[Dying]:
    """All living value in these wallets that dies after ``now``, up to and with ``until``; the
    soonest of each wallet first."""
    with connection.cursor(row_factory=class_row(Dying)) as cursor:
        return cursor.execute(
            """
            select l.issuer_id, l.wallet_id, l.emoney_id,
                ((l.expires_at - interval '1 microsecond') at time zone 'Asia/Tokyo')::date
                    as last_day,
                sum(l.balance)::bigint as amount, w.state = 'frozen' as is_frozen
            from ledger.lot as l join ledger.wallet as w on w.wallet_id = l.wallet_id
            where l.wallet_id = any (%s::bigint[]) and l.balance > 0
                and l.expires_at > %s and l.expires_at <= %s
            group by 1, 2, 3, 4, 6 order by 2, 4, 3
            """,
            [integers(wallet_ids), now, until],
        ).fetchall()
