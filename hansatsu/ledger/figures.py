"""Figures of an issuer by day, for staff to look at. Everything is summed up in the database.

One pass over the entries and one over the lots: their cost grows with both, so whoever shows them
keeps them for a while (ADR 0083).
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from psycopg import Connection


@dataclass(frozen=True, slots=True)
class DayFigures:
    """Yen of one emoney on one day in Japan: ``used`` net of refunds; ``change`` of what is
    outstanding, by whatever cause."""

    day: date
    emoney_id: int
    issued: int
    used: int
    expired: int
    change: int


@dataclass(frozen=True, slots=True)
class Figures:
    """``by_shop`` is what was used, net of refunds, by shop id; ``outstanding`` is now, by emoney
    id."""

    days: list[DayFigures]
    by_shop: dict[int, int]
    outstanding: dict[int, int]


def figures(connection: Connection[Any], issuer_id: int, since: datetime) -> Figures:
    """The figures of the days in Japan from ``since``, its first moment, until now."""
    with connection.cursor() as cursor:
        rows = cursor.execute(
            """
            select (e.at at time zone 'Asia/Tokyo')::date, p.emoney_id, e.shop_id,
                grouping(e.shop_id),
                coalesce(-sum(p.amount) filter (where p.ref = -2), 0)::bigint,
                coalesce(sum(p.amount) filter (where p.ref = -1), 0)::bigint,
                coalesce(sum(p.amount) filter (where p.ref = -3), 0)::bigint,
                coalesce(sum(p.amount) filter (where p.ref > 0), 0)::bigint
            from ledger.entry as e
            cross join lateral unnest(e.refs, e.emoneys, e.amounts)
                as p (ref, emoney_id, amount)
            where e.issuer_id = %s and e.at >= %s
            group by grouping sets (
                ((e.at at time zone 'Asia/Tokyo')::date, p.emoney_id), (e.shop_id))
            order by 1, 2
            """,
            [issuer_id, since],
        ).fetchall()
        outstanding = cursor.execute(
            """
            select l.emoney_id, sum(l.balance)::bigint
            from ledger.lot as l
            where l.issuer_id = %s and l.balance > 0
            group by l.emoney_id
            """,
            [issuer_id],
        ).fetchall()
    days = [DayFigures(row[0], row[1], *row[4:]) for row in rows if row[3] == 1]
    by_shop = {row[2]: row[5] for row in rows if row[3] == 0 and row[2] is not None}
    return Figures(days, by_shop, dict(outstanding))
