"""Payments over a link of an event loop: for a process that answers many callers."""

from collections.abc import Sequence

from psycopg.rows import args_row

from hansatsu.database.coalescing import Link
from hansatsu.ledger.values import Payment, PaymentOutcome
from hansatsu.ledger.writes import PAY_SET, payment_columns, payment_outcome


async def pay_set_over(
    link: Link, payments: Sequence[Payment], *, free: bool = False
) -> list[PaymentOutcome]:
    """``pay_set`` over a link, once more when its connection had died: each payment's key makes
    that safe.

    Args:
        link: on the event loop that runs.
        payments: of different wallets with different keys.
        free: True when what another transaction holds is left out ('try_again'), not waited for.

    Raises:
        psycopg.Error: when the outcomes are not known; the same payments are safe to try again.
    """
    rows: list[PaymentOutcome] = await link.rows(
        PAY_SET,
        payment_columns(payments, free=free),
        args_row(payment_outcome),
    )
    return rows
