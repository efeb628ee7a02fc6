"""Whether value lives for six months from its legal issue date at most: within the exemption from
deposits (domain.md §3), which a later expiry would lose."""

from collections.abc import Collection
from typing import Any

from psycopg import Connection

from hansatsu.database.arrays import integers


def is_within_six_months(
    connection: Connection[Any], wallet_id: int, lot_ids: Collection[int]
) -> bool:
    """True when one of a wallet's lots, or one that it took over, dies within six months of its
    issue, the last day included. Value that lives longer as it is cannot be what the exemption
    rests on, unless it is days of grace that keep it alive."""
    rows = connection.execute(
        """
        with recursive line as (
            select l.* from ledger.lot as l
            where l.wallet_id = %s and l.lot_id = any (%s::bigint[])
            union all
            select o.* from line
            join ledger.lot as o
                on o.wallet_id = line.origin_wallet and o.lot_id = line.origin_lot
        )
        select coalesce(bool_or(l.expires_at <= (
            date_trunc('day', l.issued_at at time zone 'Asia/Tokyo') + interval '6 months'
        ) at time zone 'Asia/Tokyo'), false)
        from line as l
        """,
        [wallet_id, integers(lot_ids)],
    )
    within: bool = rows.fetchall()[0][0]
    return within
