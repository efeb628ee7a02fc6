"""Spare connections: over them goes alone what a set of payments has left out.

Somebody else holds its key, its wallet or its shop: another process's payment or a refund, which
is over in milliseconds, or a transaction that hangs. Each waits for a second at the most, for a
connection and then for each lock, and is 'try_again' then: nothing has happened.
"""

import asyncio
from typing import LiteralString

import psycopg
from psycopg.rows import args_row

from hansatsu.database.gathering import Link
from hansatsu.ledger.values import Payment, PaymentOutcome
from hansatsu.ledger.writes import payment_columns, payment_outcome

SPARES = 4
"""How many hanging payments are waited for at once."""

PATIENCE = 1.0
"""Seconds that a payment waits for a connection."""

SETTINGS = "-c lock_timeout=1s -c statement_timeout=3s"
"""Of these connections. A statement waits for three locks at the most, one after the other."""


class Spares:
    """Made and used on one event loop.

    Args:
        url: of the database, as the application.
        statement: ``PAY_SET`` or ``PAY_SET_AND_LOTS``.
    """

    def __init__(self, url: str, statement: LiteralString) -> None:
        self._statement = statement
        self._links = [Link(url, SETTINGS) for _ in range(SPARES)]
        self._idle: asyncio.Queue[Link] = asyncio.Queue()
        for link in self._links:
            self._idle.put_nowait(link)

    async def pay(self, payment: Payment) -> PaymentOutcome:
        """Decide and write one payment, waiting a little for what it needs.

        Raises:
            psycopg.Error: when the outcome is not known; the same payment is safe to try again.
        """
        try:
            async with asyncio.timeout(PATIENCE):
                link = await self._idle.get()
        except TimeoutError:
            return try_again(payment)
        try:
            return await self._pay(link, payment)
        except psycopg.errors.LockNotAvailable:
            return try_again(payment)
        finally:
            self._idle.put_nowait(link)

    async def close(self) -> None:
        """Let the connections go."""
        for link in self._links:
            await link.close()

    async def _pay(self, link: Link, payment: Payment) -> PaymentOutcome:
        connection = await link.connected()
        try:
            return await self._ask(connection, payment)
        except psycopg.OperationalError:
            if not connection.closed:
                raise
        # It had died while it stood idle. The key makes a second try safe.
        return await self._ask(await link.connected(), payment)

    async def _ask(
        self, connection: psycopg.AsyncConnection[object], payment: Payment
    ) -> PaymentOutcome:
        cursor = connection.cursor(row_factory=args_row(payment_outcome), binary=True)
        await cursor.execute(self._statement, payment_columns([payment]), prepare=True)
        return (await cursor.fetchall())[0]


def try_again(payment: Payment) -> PaymentOutcome:
    """The outcome of a payment that was not even looked at."""
    return PaymentOutcome(
        "try_again", payment.wallet_id, None, None, None, payment.amount, (), None, None
    )
