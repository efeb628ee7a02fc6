"""What was paid for lots, and what of it stands in value: the paid part (ADR 0276).

Each lot says how many yen of its face its holder paid for. What a lot holds has its share of that,
``floor(balance × paid ÷ face)``; an entry moves the share before it less the share after it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Connection
from psycopg.rows import class_row

from hansatsu.database.arrays import integers


@dataclass(frozen=True, slots=True)
class UnknownPaid:
    """The lots of an issue of which it is not known what was paid for them. ``actor`` asked for the
    issue; ``faces`` are those of ``lots`` in the order in which they were made."""

    wallet_id: int
    seq: int
    actor: str
    lots: list[int]
    faces: list[int]


def unknown_paid(connection: Connection[Any], limit: int) -> list[UnknownPaid]:
    """Up to ``limit`` issues and corrections of a version that did not say what was paid. What took
    over another lot is not among them (``follow_paid``)."""
    with connection.cursor(row_factory=class_row(UnknownPaid)) as cursor:
        return cursor.execute(
            """
            select l.wallet_id, l.made_seq as seq, e.actor,
                array_agg(l.lot_id order by l.lot_id) as lots,
                array_agg(l.face order by l.lot_id) as faces
            from (
                select distinct o.wallet_id, o.made_seq from ledger.lot as o
                where o.paid is null and o.origin_lot is null
                limit %s
            ) as n
            join ledger.lot as l on l.wallet_id = n.wallet_id and l.made_seq = n.made_seq
            join ledger.entry as e on e.wallet_id = n.wallet_id and e.seq = n.made_seq
            group by l.wallet_id, l.made_seq, e.actor
            """,
            [limit],
        ).fetchall()


def note_paid(connection: Connection[Any], paid: Iterable[tuple[int, int, int]]) -> None:
    """Say of lots, each as (wallet, lot, yen), what was paid for them, where it is not known."""
    rows = list(paid)
    connection.execute(
        "select ledger.note_paid_v1(%s::bigint[], %s::bigint[], %s::bigint[])",
        [integers(column) for column in zip(*rows, strict=True)] if rows else ["{}"] * 3,
    )


def follow_paid(connection: Connection[Any], limit: int) -> int:
    """Say the same of lots that took over another of which it is known, in up to ``limit`` wallets;
    returns in how many. To be called until it is 0."""
    ((wallets,),) = connection.execute("select ledger.follow_paid_v1(%s)", [limit]).fetchall()
    return int(wallets)


@dataclass(frozen=True, slots=True)
class PaidPart:
    """Yen of one emoney in an issuer's lots at a moment, and the paid part of them.

    ``unused`` can be spent. ``dead`` has expired and is not booked as 失効 yet. So the 失効 of a
    time, by the day on which value died, is that of its entries (``paid_flows``), less what was
    dead when it began, and what was dead when it ended.
    """

    emoney_id: int
    unused: int
    unused_paid: int
    dead: int
    dead_paid: int


def paid_parts(connection: Connection[Any], issuer_id: int, at: datetime) -> list[PaidPart]:
    """What an issuer's lots held at a moment, by emoney id: all entries before it."""
    with connection.cursor(row_factory=class_row(PaidPart)) as cursor:
        return cursor.execute(
            """
            with since as (
                select p.wallet_id, p.lot_id, sum(p.amount) as amount
                from (
                    select e.wallet_id, unnest(e.refs) as lot_id, unnest(e.amounts) as amount
                    from ledger.entry as e where e.issuer_id = %(issuer)s and e.at >= %(at)s
                ) as p
                where p.lot_id > 0
                group by p.wallet_id, p.lot_id
            ), moved as (
                -- An expiry that was moved since was sooner then.
                select distinct on (m.wallet_id, m.lot_id) m.wallet_id, m.lot_id, m.old_expiry
                from ledger.expiry_move as m
                join ledger.entry as e on e.wallet_id = m.wallet_id and e.seq = m.seq
                where m.issuer_id = %(issuer)s and e.at >= %(at)s
                order by m.wallet_id, m.lot_id, m.seq
            ), held as (
                select l.emoney_id, l.face, coalesce(l.paid, 0) as paid,
                    coalesce(coalesce(m.old_expiry, l.expires_at) <= %(at)s, false) as is_dead,
                    (l.balance - coalesce(s.amount, 0))::bigint as yen
                from ledger.lot as l
                left join since as s using (wallet_id, lot_id)
                left join moved as m using (wallet_id, lot_id)
                where l.issuer_id = %(issuer)s
            )
            select h.emoney_id,
                coalesce(sum(h.yen) filter (where not h.is_dead), 0)::bigint as unused,
                coalesce(sum(h.yen * h.paid / h.face) filter (where not h.is_dead), 0)::bigint
                    as unused_paid,
                coalesce(sum(h.yen) filter (where h.is_dead), 0)::bigint as dead,
                coalesce(sum(h.yen * h.paid / h.face) filter (where h.is_dead), 0)::bigint
                    as dead_paid
            from held as h
            where h.yen <> 0
            group by h.emoney_id order by h.emoney_id
            """,
            {"issuer": issuer_id, "at": at},
        ).fetchall()


@dataclass(frozen=True, slots=True)
class PaidFlow:
    """Yen of one emoney that entries of one kind brought into lots over a time (what they took out
    is below zero), and the paid part of them."""

    emoney_id: int
    kind: str
    amount: int
    paid: int


def paid_flows(
    connection: Connection[Any], issuer_id: int, since: datetime, until: datetime
) -> list[PaidFlow]:
    """What entries of each kind did to an issuer's lots from ``since`` to before ``until``, by
    emoney id and kind. What lots held at ``since``, the dead too, and all of these are what they
    held at ``until``, in yen and in paid part."""
    with connection.cursor(row_factory=class_row(PaidFlow)) as cursor:
        return cursor.execute(
            """
            with line as (
                select p.* from (
                    select e.wallet_id, e.seq, e.kind, e.at, unnest(e.refs) as lot_id,
                        unnest(e.amounts) as amount
                    from ledger.entry as e where e.issuer_id = %(issuer)s and e.at >= %(since)s
                ) as p
                where p.lot_id > 0
            ), moved as (
                -- What a lot held after an entry: what it holds, less what came later.
                select l.emoney_id, l.face, coalesce(l.paid, 0) as paid, m.kind::text, m.at,
                    m.amount,
                    l.balance - coalesce(sum(m.amount) over (
                        partition by m.wallet_id, m.lot_id order by m.seq desc
                        rows between unbounded preceding and 1 preceding), 0)::bigint as after
                from line as m join ledger.lot as l using (wallet_id, lot_id)
            )
            select m.emoney_id, m.kind, sum(m.amount)::bigint as amount,
                sum(m.after * m.paid / m.face - (m.after - m.amount) * m.paid / m.face)::bigint
                    as paid
            from moved as m
            where m.at < %(until)s
            group by m.emoney_id, m.kind order by m.emoney_id, m.kind
            """,
            {"issuer": issuer_id, "since": since, "until": until},
        ).fetchall()
