"""Issues that were taken back since their money went back, at a moment, and what that took."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Connection


@dataclass(frozen=True, slots=True)
class TakenBack:
    """Of one issue: ``is_back`` when it was taken back at the moment and not given again; ``paid``
    is the paid part of all that was taken until then, less what was given again, in yen."""

    is_back: bool
    paid: int


def taken_back(
    connection: Connection[Any], issuer_id: int, until: datetime
) -> dict[tuple[int, int], TakenBack]:
    """Of all an issuer's issues that were ever taken back before a moment, by wallet and seq of the
    issue."""
    rows = connection.execute(
        """
        with about as (
            select e.wallet_id, e.seq, e.at, e.kind, e.refunded_number as name, e.refs, e.amounts
            from ledger.entry as e
            where e.issuer_id = %(issuer)s and e.at < %(until)s and e.refunded_number like '%%/%%'
                and e.kind in ('issue', 'issue_reversal')
        ), line as (
            select a.*, p.ref, p.amount,
                -- What the lot held after the entry: what it holds, less what came later.
                l.balance - coalesce((
                    select sum(o.amount)
                    from ledger.entry as e cross join lateral
                        unnest(e.refs, e.amounts) as o (ref, amount)
                    where e.wallet_id = a.wallet_id and e.seq > a.seq and o.ref = p.ref
                ), 0)::bigint as after, coalesce(l.paid, 0) as paid, l.face
            from about as a
            cross join lateral unnest(a.refs, a.amounts) as p (ref, amount)
            join ledger.lot as l on l.wallet_id = a.wallet_id and l.lot_id = p.ref
        )
        select a.name, (array_agg(a.kind order by a.at desc, a.wallet_id, a.seq desc))[1]
                = 'issue_reversal',
            coalesce((
                select sum((n.after - n.amount) * n.paid / n.face - n.after * n.paid / n.face)
                from line as n where n.name = a.name
            ), 0)::bigint
        from about as a
        group by a.name
        """,
        {"issuer": issuer_id, "until": until},
    ).fetchall()
    found = {}
    for name, is_back, paid in rows:
        wallet_id, seq = name.split("/")
        found[int(wallet_id), int(seq)] = TakenBack(is_back, paid)
    return found
