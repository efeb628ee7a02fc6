"""Which reminders nobody has got yet, kept in the same statement as they are found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from hansatsu.database.arrays import integers
from hansatsu.database.connections import ledger_connection

CLAIM = """
insert into reminders_reminder
    (issuer_id, resident_id, wallet_id, last_day, stage, amount, told_at)
select w.issuer_id, w.resident_id, w.wallet_id, w.last_day, w.stage, w.amount, %s
from unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::date[], %s::integer[], %s::bigint[])
    as w (issuer_id, resident_id, wallet_id, last_day, stage, amount)
where not exists (
    select from reminders_reminder as told
    where told.wallet_id = w.wallet_id and told.last_day = w.last_day and told.stage <= w.stage)
order by w.wallet_id, w.last_day
on conflict (wallet_id, last_day, stage) do nothing
returning wallet_id, last_day
"""
"""In the order of the key, so that two at once wait for each other and not in a circle. A later
stage that was told leaves nothing to say at an earlier one, whatever the clock does."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A reminder that applies now: columns as those of ``Reminder``."""

    issuer_id: int
    resident_id: int
    wallet_id: int
    last_day: date
    stage: int
    amount: int


def claim(wanted: Sequence[Wanted], now: datetime) -> set[tuple[int, date]]:
    """Keep, in the caller's transaction, those of the reminders that were not given before; returns
    wallet and last day of each. Whoever else wants the same at this moment waits, and gets none."""
    if not wanted:
        return set()
    rows = ledger_connection().execute(
        CLAIM,
        [
            now,
            integers(each.issuer_id for each in wanted),
            integers(each.resident_id for each in wanted),
            integers(each.wallet_id for each in wanted),
            [each.last_day for each in wanted],
            integers(each.stage for each in wanted),
            integers(each.amount for each in wanted),
        ],
    )
    return set(rows.fetchall())
