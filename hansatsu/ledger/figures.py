"""Figures of an issuer by day, for staff to look at. Everything is summed up in the database.

A pass over the entries of the days asked for, which an index of their pages finds; and, for what
was outstanding at a moment, one over all lots: callers that show them keep them (ADR 0083).
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from psycopg import Connection

from hansatsu.ledger.expired_days import expired_by_day

ISSUED: Final = -2
USED: Final = -1
EXPIRED: Final = -3
"""Counter-accounts (``ledger.account``)."""
LOTS: Final = 1
"""All lots together."""


@dataclass(frozen=True, slots=True)
class DayFigures:
    """Yen of one emoney on one day in Japan: ``used`` net of refunds; ``change`` of what is
    outstanding, by whatever cause. What expires counts on its last usable day, swept or not."""

    day: date
    emoney_id: int
    issued: int
    used: int
    expired: int
    change: int


@dataclass(frozen=True, slots=True)
class Figures:
    """``by_shop`` is what was used, net of refunds, by shop id."""

    days: list[DayFigures]
    by_shop: dict[int, int]


def figures(
    connection: Connection[Any], issuer_id: int, since: datetime, until: datetime | None = None
) -> Figures:
    """The figures of whole days in Japan: those from ``since``, the first moment of one, before
    ``until``, the first moment of another; up to now when it is None."""
    rows = connection.execute(
        """
        select line.day, line.emoney_id, line.shop_id, least(line.ref, 1), sum(line.amount)::bigint
        from (
            select (e.at at time zone 'Asia/Tokyo')::date as day, e.shop_id, unnest(e.refs) as ref,
                unnest(e.emoneys) as emoney_id, unnest(e.amounts) as amount
            from ledger.entry as e
            where e.issuer_id = %s and e.at >= %s and e.at < coalesce(%s, 'infinity'::timestamptz)
                and e.kind <> 'expiry'
        ) as line
        group by 1, 2, 3, 4
        """,
        [issuer_id, since, until],
    ).fetchall()
    sums: dict[tuple[date, int], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    by_shop: dict[int, int] = defaultdict(int)
    for day, emoney_id, shop_id, account, amount in rows:
        sums[day, emoney_id][account] += amount
        if shop_id is not None and account == USED:
            by_shop[shop_id] += amount
    for place, amount in expired_by_day(connection, issuer_id, since, until).items():
        sums[place][EXPIRED] += amount
        sums[place][LOTS] -= amount
    days = [
        DayFigures(day, emoney_id, -each[ISSUED], each[USED], each[EXPIRED], each[LOTS])
        for (day, emoney_id), each in sorted(sums.items())
    ]
    return Figures(days, dict(by_shop))


def outstanding_at(connection: Connection[Any], issuer_id: int, moment: datetime) -> dict[int, int]:
    """Yen that were outstanding at ``moment``, by emoney id: what the lots that it found alive hold
    now, less what has come into them since, read as one."""
    rows = connection.execute(
        """
        with moved as (
            -- an expiry that was moved since was sooner then
            select distinct on (m.wallet_id, m.lot_id) m.wallet_id, m.lot_id, m.old_expiry
            from ledger.expiry_move as m
            join ledger.entry as e on e.wallet_id = m.wallet_id and e.seq = m.seq
            where m.issuer_id = %(issuer)s and e.at >= %(moment)s
            order by m.wallet_id, m.lot_id, m.seq
        )
        select held.emoney_id, sum(held.yen)::bigint
        from (
            select l.emoney_id, sum(l.balance) as yen
            from ledger.lot as l left join moved as m using (wallet_id, lot_id)
            where l.issuer_id = %(issuer)s and l.balance > 0 and (
                l.expires_at is null or coalesce(m.old_expiry, l.expires_at) > %(moment)s)
            group by l.emoney_id
            union all
            select l.emoney_id, -sum(line.amount)
            from (
                select e.wallet_id, unnest(e.refs) as lot_id, unnest(e.amounts) as amount
                from ledger.entry as e
                where e.issuer_id = %(issuer)s and e.at >= %(moment)s
            ) as line
            join ledger.lot as l using (wallet_id, lot_id)
            left join moved as m using (wallet_id, lot_id)
            where line.lot_id > 0 and (
                l.expires_at is null or coalesce(m.old_expiry, l.expires_at) > %(moment)s)
            group by l.emoney_id
        ) as held
        group by held.emoney_id
        """,
        {"issuer": issuer_id, "moment": moment},
    ).fetchall()
    return dict(rows)
