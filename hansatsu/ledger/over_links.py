"""Payments over a link of an event loop: for a process that answers many callers."""

from collections.abc import Sequence
from typing import LiteralString

from psycopg.rows import args_row

from hansatsu.database.coalescing import Link
from hansatsu.ledger.values import Payment, PaymentOutcome
from hansatsu.ledger.writes import PAY_SET, PAY_SET_AND_LOTS, payment_columns, payment_outcome


async def pay_set_over(
    link: Link, payments: Sequence[Payment], *, free: bool = False, tells_lots: bool = False
) -> list[PaymentOutcome]:
    """``pay_set`` over a link, once more when its connection had died: each payment's key makes
    that safe.

    Args:
        link: on the event loop that runs.
        payments: of different wallets with different keys.
        free: True when what another transaction holds is left out ('try_again'), not waited for.
        tells_lots: True when outcomes have the コード(ID) of the lots that were used.

    Raises:
        psycopg.Error: when the outcomes are not known; the same payments are safe to try again.
    """
    rows: list[PaymentOutcome] = await link.rows(
        statement(tells_lots=tells_lots),
        payment_columns(payments, free=free),
        args_row(payment_outcome),
    )
    return rows


def statement(*, tells_lots: bool) -> LiteralString:
    """What decides and writes a set of payments."""
    return PAY_SET_AND_LOTS if tells_lots else PAY_SET
