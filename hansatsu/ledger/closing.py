"""What a closing needs of the ledger: a cut that nothing slips behind, and shops' sums until it.

In this order (ADR 0275): ``cut``, ``writers_since``, ``writers_are_done`` until it says so,
``shop_sums``. The first two are committed each before the next begins. What is read sooner may lack
a payment that was made before the cut and commits late.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, LiteralString

from psycopg import Connection
from psycopg.pq import TransactionStatus
from psycopg.rows import class_row

from hansatsu.database.arrays import integers


@dataclass(frozen=True, slots=True)
class ShopDaySum:
    """Yen that a shop took or gave back, of the payments of one day.

    ``payment_day`` is the date in Japan of the payment: of a refund, that of the payment it gives
    back, whenever that was. ``amount`` is not negative, whatever the ``kind``.

    With an ``emoney_id``, ``amount`` is the yen of that emoney and ``count`` the entries that touch
    it. With None, both are of the whole entries, and ``completing`` of them are refunds that gave
    back the last yen of their payment; all other rows have 0 of these.
    """

    shop_id: int
    kind: Literal["payment", "refund"]
    emoney_id: int | None
    payment_day: date
    count: int
    amount: int
    completing: int


def cut(connection: Connection[Any], issuer_id: int, until: datetime) -> bool:
    """Close an issuer's books until a moment, committed at once: what is written later is of that
    moment or later.

    Returns True when they are closed until then, now or already (they never open again), and False,
    having done nothing, when the ledger's clock has not come to ``until``, when that is no midnight
    in Japan, or when there is no such issuer.

    Raises:
        RuntimeError: the connection is in a transaction, so nothing could be committed.
    """
    return bool(_committed(connection, "select ledger.close_until_v1(%s, %s)", issuer_id, until))


def closed_until(connection: Connection[Any], issuer_id: int) -> datetime | None:
    """Until when an issuer's books are closed; None before their first cut."""
    ((until,),) = connection.execute(
        "select nullif(i.closed_until, '-infinity') from ledger.issuer as i where i.issuer_id = %s",
        [issuer_id],
    ).fetchall()
    return until  # type: ignore[no-any-return]


def writers_since(connection: Connection[Any]) -> int:
    """A number above those of all transactions that have begun to write: taken after a cut, to be
    given to ``writers_are_done``.

    Raises:
        RuntimeError: the connection is in a transaction: it would wait for itself.
    """
    return int(_committed(connection, "select pg_current_xact_id()::text::bigint"))


def writers_are_done(connection: Connection[Any], number: int) -> bool:
    """True when every transaction that had begun to write before ``number`` has ended, so that what
    is read next sees all of them."""
    (row,) = connection.execute(
        "select pg_snapshot_xmin(pg_current_snapshot())::text::bigint > %s", [number]
    ).fetchall()
    return bool(row[0])


def _committed(connection: Connection[Any], query: LiteralString, *values: object) -> Any:
    """What a query says, in a transaction of its own that is over."""
    if connection.info.transaction_status is not TransactionStatus.IDLE:
        raise RuntimeError("a cut is committed by itself: the connection is in a transaction")
    with connection.transaction():
        ((answer,),) = connection.execute(query, values).fetchall()
    return answer


def shops_of(connection: Connection[Any], issuer_id: int) -> list[int]:
    """The ids of all shops that an issuer ever had, ascending."""
    rows = connection.execute(
        "select s.shop_id from ledger.shop as s where s.issuer_id = %s order by s.shop_id",
        [issuer_id],
    )
    return [shop_id for (shop_id,) in rows]


def shop_sums(
    connection: Connection[Any],
    issuer_id: int,
    shop_ids: Sequence[int],
    starts: Sequence[datetime],
    until: datetime,
) -> list[ShopDaySum]:
    """What shops took and gave back, each from its own of ``starts`` (as many as ``shop_ids``) to
    before ``until``: ordered by shop, kind, emoney (None first) and day of payment.

    Shops of another issuer have no rows, nor have those without entries. Payments less refunds of a
    range are what the ledger's shop account has of it.
    """
    with connection.cursor(row_factory=class_row(ShopDaySum)) as cursor:
        return cursor.execute(
            _SHOP_SUMS,
            {
                "issuer": issuer_id,
                "shops": integers(shop_ids),
                "starts": list(starts),
                "until": until,
            },
        ).fetchall()


_SHOP_SUMS: LiteralString = """
    with entry as materialized (
        select e.shop_id, e.kind::text, (e.at at time zone 'Asia/Tokyo')::date as day, e.issuer_id,
            e.number, e.refunded_number, abs(e.amount) as amount, e.emoneys, e.amounts
        from unnest(%(shops)s::integer[], %(starts)s::timestamptz[]) as r (shop_id, starts)
        join ledger.entry as e on e.shop_id = r.shop_id and e.at >= r.starts
        where e.at < %(until)s and e.issuer_id = %(issuer)s and e.kind in ('payment', 'refund')
    ), dated as materialized (
        select e.shop_id, e.kind, e.day, e.amount, false as completing, e.emoneys, e.amounts
        from entry as e where e.kind = 'payment'
        union all
        -- A refund's number follows its payment's, and those of a payment's refunds rise as they
        -- are made (refund_v4): the index of numbers finds the payment, in whatever wallet it is,
        -- and the refunds until this one. One without a payment (forged books) keeps its own day.
        select e.shop_id, e.kind, coalesce(p.day, e.day), e.amount,
            p.amount <= (
                select sum(o.amount) from ledger.entry as o
                where o.number > e.refunded_number || '-' and o.number <= e.number
            ), e.emoneys, e.amounts
        from entry as e
        left join lateral (
            select (o.at at time zone 'Asia/Tokyo')::date as day, -o.amount as amount
            from ledger.entry as o
            where o.number = e.refunded_number and o.kind = 'payment' and o.issuer_id = e.issuer_id
            limit 1
        ) as p on true
        where e.kind = 'refund'
    ), by_emoney as (
        select o.shop_id, o.kind, o.day, o.emoney_id, count(*) as count, sum(o.amount) as amount
        from (
            -- The lots' lines and the shop's are the same yen, below and above zero.
            select d.shop_id, d.kind, d.day, l.emoney_id, l.amount
            from dated as d
            cross join lateral (
                select p.emoney_id, sum(p.amount) filter (where p.amount > 0) as amount
                from (select unnest(d.emoneys), unnest(d.amounts)) as p (emoney_id, amount)
                group by p.emoney_id
            ) as l
        ) as o
        group by o.shop_id, o.kind, o.day, o.emoney_id
    )
    select s.shop_id, s.kind, s.emoney_id, s.payment_day, s.count, s.amount::bigint, s.completing
    from (
        select d.shop_id, d.kind, null::bigint, d.day, count(*), sum(d.amount),
            count(*) filter (where d.completing)
        from dated as d
        group by d.shop_id, d.kind, d.day
        union all
        select b.shop_id, b.kind, b.emoney_id, b.day, b.count, b.amount, 0 from by_emoney as b
    ) as s (shop_id, kind, emoney_id, payment_day, count, amount, completing)
    order by s.shop_id, s.kind, s.emoney_id nulls first, s.payment_day
    """
"""Parameters: issuer, shops and starts (parallel arrays), until."""
