"""What has become of the value of one issue."""

from dataclasses import dataclass
from typing import Any

from psycopg import Connection
from psycopg.rows import class_row


@dataclass(frozen=True, slots=True)
class IssueStanding:
    """Yen of an issue, wherever its lots went.

    Attributes:
        face: what was issued.
        left: what its lots hold now, the dead but not yet swept included.
        spent: what was paid with it and not refunded.
        lost: what the issuer lost when it was taken back after some was gone; nothing for an issue
            that counts.
    """

    face: int
    left: int
    spent: int
    lost: int


def issue_standing(
    connection: Connection[Any], issuer_id: int, wallet_id: int, seq: int
) -> IssueStanding | None:
    """What has become of the issue that is entry ``wallet_id``/``seq``; None when that is not
    one of the issuer's."""
    with connection.cursor(row_factory=class_row(IssueStanding)) as cursor:
        return cursor.execute(
            """
            with moves as materialized (
                select m.wallet_id from unnest(ledger.moves_of_v1(%(wallet)s)) as m (wallet_id)
            ), lots as materialized (
                select l.wallet_id, l.lot_id, l.balance
                from moves as m
                cross join lateral ledger.lots_of_issue_v1(m.wallet_id, %(wallet)s, %(seq)s) as l
            ), used as (
                select coalesce(-sum(a.amount), 0)::bigint as spent
                from ledger.entry as e
                cross join lateral unnest(e.refs, e.amounts) as a (ref, amount)
                join lots as l on l.wallet_id = e.wallet_id and l.lot_id = a.ref
                where e.wallet_id in (select m.wallet_id from moves as m)
                    and e.kind in ('payment', 'refund')
            ), gone as (
                select coalesce(-sum(a.amount), 0)::bigint as lost
                from ledger.entry as e
                cross join lateral unnest(e.refs, e.amounts) as a (ref, amount)
                where e.wallet_id in (select m.wallet_id from moves as m)
                    and e.refunded_number = ledger.name_of_issue_v1(%(wallet)s, %(seq)s)
                    and a.ref = -6
            )
            select i.amount as face, (select coalesce(sum(l.balance), 0)::bigint from lots as l)
                as left, used.spent, gone.lost
            from ledger.entry as i cross join used cross join gone
            where i.wallet_id = %(wallet)s and i.seq = %(seq)s and i.issuer_id = %(issuer)s
                and i.kind = 'issue'
            """,
            {"wallet": wallet_id, "seq": seq, "issuer": issuer_id},
        ).fetchone()
