"""Whether value lives for six months from its legal issue date at most: within the exemption from
deposits (domain.md §3), which a later expiry would lose."""

from collections.abc import Collection
from typing import Any

from psycopg import Connection

from hansatsu.database.arrays import integers


def is_within_six_months(
    connection: Connection[Any], wallet_id: int, lot_ids: Collection[int]
) -> bool:
    """True when one of a wallet's lots dies within six months of its issue, the last day included.
    Value that lives longer as it is cannot be what the exemption rests on."""
    rows = connection.execute(
        """
        select coalesce(bool_or(l.expires_at <= (
            date_trunc('day', l.issued_at at time zone 'Asia/Tokyo') + interval '6 months'
        ) at time zone 'Asia/Tokyo'), false)
        from ledger.lot as l where l.wallet_id = %s and l.lot_id = any (%s::bigint[])
        """,
        [wallet_id, integers(lot_ids)],
    )
    within: bool = rows.fetchall()[0][0]
    return within
