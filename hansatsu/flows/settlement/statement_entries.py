"""The payments and refunds that a line of a statement adds up, day by day: a month of a large shop
has more than a page shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.settlement.models import Statement
from hansatsu.formats.japan import start_of
from hansatsu.ledger import api as ledger

Kind = Literal["payment", "refund"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A payment or a refund at its shop. ``yen`` is signed as for the shop: of one emoney, when
    only that was asked for."""

    number: str
    at: datetime
    yen: int


def days_of(statement: Statement, kind: Kind) -> dict[date, int]:
    """Days in Japan with payments, or with refunds, and how many, the oldest first."""
    found = ledger.shop_days(
        ledger_connection(),
        statement.issuer_id,
        statement.shop_id,
        since=statement.starts_at,
        until=statement.ends_at,
    )
    is_payment = kind == "payment"
    counts = {each.day: each.payment_count if is_payment else each.refund_count for each in found}
    return {day: count for day, count in counts.items() if count}


def entries_of(
    statement: Statement, kind: Kind, day: date, emoney_id: int | None = None
) -> Sequence[Entry]:
    """Those of a day, the newest first; with an emoney only what was paid with it."""
    rows = ledger.shop_rows(
        ledger_connection(),
        statement.issuer_id,
        statement.shop_id,
        since=max(start_of(day), statement.starts_at),
        until=min(start_of(day + timedelta(days=1)), statement.ends_at),
    )
    found = []
    for row in rows:
        by_emoney = dict(zip(row.emoneys, row.amounts, strict=True))
        yen = row.amount if emoney_id is None else by_emoney.get(emoney_id, 0)
        if row.kind == kind and yen:
            found.append(Entry(row.number, row.at, yen))
    return found
