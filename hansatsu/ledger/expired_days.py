"""On which day value expired (失効): its last usable day in Japan, whenever the sweep books it.

The sweep may come late: its worker was dead, the wallet was busy. What a refund or a
reinstated issue gives to a lot that is dead already expires on the day it came, for it was not
there before; the same transaction sweeps it, with the entry next after the one that brought it. An
expiry that was moved since counts as it was then; what is taken back of 失効 counts on the day of
that act, not on the day that it had been booked on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, LiteralString

from psycopg import Connection
from psycopg.rows import class_row

from hansatsu.database.arrays import integers

PARTS: LiteralString = """
    select e.wallet_id, e.seq, l.lot_id, l.emoney_id, part.day, part.amount
    from entry as e
    cross join lateral unnest(e.refs, e.amounts) as died (ref, amount)
    join ledger.lot as l on l.wallet_id = e.wallet_id and l.lot_id = died.ref
    cross join lateral (select (e.at at time zone 'Asia/Tokyo')::date as day) as swept
    cross join lateral (select coalesce((
        select m.old_expiry from ledger.expiry_move as m
        where m.wallet_id = e.wallet_id and m.lot_id = l.lot_id and m.seq > e.seq
        order by m.seq limit 1
    ), l.expires_at) as expires_at) as had
    cross join lateral (
        select coalesce(sum(given.amount), 0)::bigint as amount
        from ledger.entry as b cross join lateral unnest(b.refs, b.amounts) as given (ref, amount)
        where b.wallet_id = e.wallet_id and b.seq = e.seq - 1 and b.kind <> 'expiry'
            and b.at >= had.expires_at and given.ref = l.lot_id
    ) as came
    cross join lateral (values
        (((had.expires_at - interval '1 microsecond') at time zone 'Asia/Tokyo')::date,
            -died.amount - came.amount),
        (swept.day, came.amount)
    ) as part (day, amount)
    where part.amount <> 0
"""
"""What each lot lost in the expiry entries of ``entry``, by the day it counts on."""

OF_AN_ISSUER: LiteralString = """
    select e.* from ledger.entry as e
    where e.kind = 'expiry' and e.issuer_id = %(issuer)s and e.at >= %(since)s
"""

BY_DAY: LiteralString = """
    select d.day, d.emoney_id, sum(d.amount)::bigint
    from (
        select p.day, p.emoney_id, p.amount from part as p
        union all
        select ((l.expires_at - interval '1 microsecond') at time zone 'Asia/Tokyo')::date,
            l.emoney_id, l.balance
        from ledger.lot as l
        where l.issuer_id = %(issuer)s and l.swept_at is null and l.balance > 0
            and l.expires_at > %(since)s and l.expires_at <= (select ledger.now())
    ) as d
    where d.day >= (%(since)s at time zone 'Asia/Tokyo')::date
        and d.day < coalesce((%(until)s::timestamptz at time zone 'Asia/Tokyo')::date, 'infinity')
    group by d.day, d.emoney_id
"""

AT_PLACES: LiteralString = """
    select e.* from ledger.entry as e
    where e.kind = 'expiry' and (e.wallet_id, e.seq) in (
        select t.wallet_id, t.seq from unnest(%s::bigint[], %s::bigint[]) as t (wallet_id, seq))
"""

DEAD: LiteralString = """
    select l.lot_id, l.emoney_id, l.code, l.management_number, l.expires_at,
        ((l.expires_at - interval '1 microsecond') at time zone 'Asia/Tokyo')::date as day,
        l.balance as amount
    from ledger.lot as l
    where l.wallet_id = %s and l.issuer_id = %s and l.balance > 0
        and l.expires_at <= (select ledger.now())
    order by day desc, l.lot_id
"""


@dataclass(frozen=True, slots=True)
class ExpiredPart:
    """Yen of a lot that expired on ``day``, booked by the wallet's entry ``seq``."""

    wallet_id: int
    seq: int
    lot_id: int
    emoney_id: int
    day: date
    amount: int


@dataclass(frozen=True, slots=True)
class DeadLot:
    """A lot that died on ``day`` and that the sweep has not booked yet."""

    lot_id: int
    emoney_id: int
    code: str
    management_number: str
    expires_at: datetime
    day: date
    amount: int


def expired_by_day(
    connection: Connection[Any], issuer_id: int, since: datetime, until: datetime | None
) -> dict[tuple[date, int], int]:
    """Yen of an issuer that expired, by day and emoney id, swept or not: of whole days in Japan,
    from ``since``, the first moment of one, before ``until``, the first of another; up to now when
    it is None."""
    rows = connection.execute(
        "with entry as materialized (" + OF_AN_ISSUER + "), part as (" + PARTS + ")" + BY_DAY,
        {"issuer": issuer_id, "since": since, "until": until},
    )
    return {(day, emoney_id): amount for day, emoney_id, amount in rows.fetchall()}


def expired_parts(
    connection: Connection[Any], places: Sequence[tuple[int, int]]
) -> list[ExpiredPart]:
    """What expired when, of expiry entries by wallet and seq; the latest day of each first."""
    with connection.cursor(row_factory=class_row(ExpiredPart)) as cursor:
        return cursor.execute(
            "with entry as materialized ("
            + AT_PLACES
            + ")"
            + PARTS
            + " order by e.wallet_id, e.seq, part.day desc, l.lot_id",
            [integers(wallet for wallet, _ in places), integers(seq for _, seq in places)],
        ).fetchall()


def dead_lots(connection: Connection[Any], issuer_id: int, wallet_id: int) -> list[DeadLot]:
    """What is dead in a wallet and not booked yet, the latest day first: empty but in the minute
    after an expiry, or while nothing sweeps."""
    with connection.cursor(row_factory=class_row(DeadLot)) as cursor:
        return cursor.execute(DEAD, [wallet_id, issuer_id]).fetchall()
