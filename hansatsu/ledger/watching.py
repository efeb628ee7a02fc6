"""What is known of clocks that were wrong and of transactions that hang, beside the books."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, LiteralString

from psycopg import Connection
from psycopg.rows import class_row

from hansatsu.ledger.reads import now

NOTE_HANG: LiteralString = "select ledger.note_hang_v1(%s, %s, %s)"
"""Keep that a payment (actor, key, wallet) has waited in vain for what somebody else holds."""

WALLETS_AHEAD: LiteralString = (
    "select issuer_id, count(distinct wallet_id) from ledger.entry where at > %s group by issuer_id"
)
"""By a time that is given: ledger.now() is volatile, and no index is asked for what it says."""


@dataclass(frozen=True, slots=True)
class ClockJump:
    """That the server's clock is `ahead` of what the machines count: found at `found_at`."""

    jump_id: int
    found_at: datetime
    ahead: timedelta


def open_jumps(connection: Connection[Any]) -> list[ClockJump]:
    """Jumps of the clock that nobody has accepted and that have not gone away."""
    with connection.cursor(row_factory=class_row(ClockJump)) as cursor:
        return cursor.execute(
            "select jump_id, found_at, ahead from ledger.clock_jump"
            " where ended_at is null order by jump_id"
        ).fetchall()


def wallets_ahead(connection: Connection[Any]) -> dict[int, int]:
    """How many wallets of each issuer are over a minute ahead of the clock: they pay nothing until
    it has come."""
    rows = connection.execute(WALLETS_AHEAD, [now(connection) + timedelta(minutes=1)])
    return dict(rows.fetchall())


def hanging_payments(connection: Connection[Any]) -> int:
    """How many of the tills' payments over the API have waited in vain, in the last ten seconds,
    for what another transaction holds."""
    rows = connection.execute(
        "select count(*) from ledger.hang where at > clock_timestamp() - interval '10 seconds'"
    )
    hanging: int = rows.fetchall()[0][0]
    return hanging


def accept_clock(connection: Connection[Any], reason: str) -> int:
    """Believe the server's clock as it is; returns how many jumps that ends."""
    rows = connection.execute("select ledger.accept_clock_v1(%s)", [reason])
    ended: int = rows.fetchall()[0][0]
    return ended
