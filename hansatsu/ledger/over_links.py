"""Payments over a link of an event loop: for a process that answers many callers."""

from psycopg.rows import args_row

from hansatsu.database.coalescing import Link
from hansatsu.ledger.values import Payment, PaymentOutcome
from hansatsu.ledger.writes import PAY_ALONE, payment_fields, payment_outcome


async def pay_over(link: Link, payment: Payment, *, free: bool = False) -> PaymentOutcome:
    """``pay`` over a link, once more when its connection had died: the payment's key makes that
    safe.

    Args:
        link: on the event loop that runs.
        payment: to decide and write.
        free: True when what another transaction holds is not waited for ('try_again').

    Raises:
        psycopg.Error: when the outcome is not known; the same payment is safe to try again.
    """
    fields = payment_fields(payment, free=free)
    rows: list[PaymentOutcome] = await link.rows(PAY_ALONE, fields, args_row(payment_outcome))
    (outcome,) = rows
    return outcome
