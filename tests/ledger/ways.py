"""The ways a payment is written: alone, or in a set. Each decides and writes by itself, so what is
true of a payment is asked of both."""

from collections.abc import Callable

import psycopg
from psycopg.rows import args_row

from hansatsu.ledger import api
from hansatsu.ledger.values import Payment, PaymentOutcome
from hansatsu.ledger.writes import (
    PAY_ALONE,
    PAY_SET,
    payment_columns,
    payment_fields,
    payment_outcome,
)

Way = Callable[[psycopg.Connection, Payment], PaymentOutcome]


def in_a_set(connection: psycopg.Connection, payment: Payment) -> PaymentOutcome:
    (outcome,) = api.pay_set(connection, [payment])
    return outcome


def alone_and_free(connection: psycopg.Connection, payment: Payment) -> PaymentOutcome:
    """As the batcher sends one that came alone: it waits for nobody."""
    with connection.cursor(row_factory=args_row(payment_outcome), binary=True) as cursor:
        (outcome,) = cursor.execute(PAY_ALONE, payment_fields(payment, free=True)).fetchall()
    return outcome


def in_a_free_set(connection: psycopg.Connection, payment: Payment) -> PaymentOutcome:
    """As the batcher sends a set: it waits for nobody."""
    with connection.cursor(row_factory=args_row(payment_outcome), binary=True) as cursor:
        (outcome,) = cursor.execute(PAY_SET, payment_columns([payment], free=True)).fetchall()
    return outcome


WAYS: dict[str, Way] = {"alone": api.pay, "in a set": in_a_set}
FREE: dict[str, Way] = {"alone": alone_and_free, "in a set": in_a_free_set}


def by_turns(place: int) -> Way:
    """Of a race: every other one alone."""
    return (api.pay, in_a_set)[place % 2]
