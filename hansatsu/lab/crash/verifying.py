"""Comparing what was acknowledged with the books."""

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from psycopg import Connection

from hansatsu.lab.crash.journal import Journal
from hansatsu.ledger import api as ledger


@dataclass(frozen=True, slots=True)
class Findings:
    """``lost``: acknowledged and not in the books as it was said. ``doubled``: in the books more
    often than it was asked for. ``negative``: lots below zero, payments refunded beyond what was
    paid."""

    lost: int
    doubled: int
    negative: int
    verify_ok: bool


def examine(connection: Connection[Any], journal: Journal, wallets: dict[str, int]) -> Findings:
    """Read the books and compare.

    Args:
        connection: to the books.
        journal: what was heard.
        wallets: of the cards that were charged, by their codes.
    """
    paid = _requests(connection)
    refunds = {
        row[0]: (row[1], row[2])
        for row in connection.execute(
            "select number, refunded_number, amount from ledger.entry where kind = 'refund'"
        )
    }
    face = dict(
        connection.execute("select wallet_id, sum(face)::bigint from ledger.lot group by 1")
    )
    lost = sum(paid.get((p.actor, p.key)) != (p.number, p.amount) for p in journal.payments)
    lost += sum(refunds.get(r.number) != (r.payment, r.amount) for r in journal.refunds)
    lost += sum((c.actor, c.key) in paid for c in journal.cancelled)
    charged = [(face.get(wallets.get(c.code, -1), 0), c.amount) for c in journal.charges]
    lost += sum(found < amount for found, amount in charged)
    doubled = journal.contradictions + sum(found > amount for found, amount in charged)
    doubled += sum(count - 1 for count in _purchases(connection).values())
    return Findings(lost, doubled, _negative(connection), ledger.verify(connection).ok)


def _requests(connection: Connection[Any]) -> dict[tuple[str, str], tuple[str, int]]:
    """The payment that was made under each key."""
    return {
        (row[0], row[1]): (row[2], row[3])
        for row in connection.execute(
            """
            select r.actor, r.key, e.number, -e.amount from ledger.request as r
            join ledger.entry as e on e.wallet_id = r.wallet_id and e.seq = r.seq
            where e.kind = 'payment'
            """
        )
    }


def _purchases(connection: Connection[Any]) -> Counter[str]:
    """How often each purchase was paid, by the reference that the till left."""
    rows = connection.execute(
        """
        select n.text from ledger.note as n
        join ledger.entry as e on e.wallet_id = n.wallet_id and e.seq = n.seq
        where e.kind = 'payment'
        """
    )
    return Counter(json.loads(row[0])["reference"] for row in rows)


def _negative(connection: Connection[Any]) -> int:
    row = connection.execute(
        """
        select (select count(*) from ledger.lot where balance < 0 or balance > face)
            + (select count(*) from ledger.entry as p join (
                select refunded_number, sum(amount) as back from ledger.entry
                where kind = 'refund' group by 1) as r on r.refunded_number = p.number
              where r.back > -p.amount)
        """
    ).fetchone()
    return int(row[0]) if row else 0
