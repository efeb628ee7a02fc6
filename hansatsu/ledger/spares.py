"""Spare connections: over them goes alone what a set of payments has left out.

Somebody else holds its key, its wallet or its shop: another process's payment or a refund, which
is over in milliseconds, or a transaction that hangs. Each waits for a second at the most, for a
connection and then for each lock, and is 'try_again' then: nothing has happened.
"""

import asyncio

import psycopg

from hansatsu.database.coalescing import Gathering, Link
from hansatsu.ledger.over_links import pay_over
from hansatsu.ledger.values import Payment, PaymentOutcome
from hansatsu.ledger.watching import NOTE_HANG

SPARES = 4
"""How many hanging payments are waited for at once."""

PATIENCE = 1.0
"""Seconds that a payment waits for a connection."""

SETTINGS = {"lock_timeout": "1s", "statement_timeout": "3s"}
"""Of these connections. A statement waits for three locks at the most, one after the other."""


class Spares:
    """Made and used on one event loop.

    Args:
        url: of the database, as the application.
    """

    def __init__(self, url: str) -> None:
        self._links = [Link(url, SETTINGS) for _ in range(SPARES)]
        self._note_link = Link(url)
        self._notes = Gathering(self._note_hangs)
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
            return self._hangs(payment)
        try:
            # The key makes a second try safe, should the connection have died while it was idle.
            return await pay_over(link, payment)
        except psycopg.errors.LockNotAvailable:
            return self._hangs(payment)
        finally:
            self._idle.put_nowait(link)

    async def close(self) -> None:
        """Let the connections go."""
        for link in (*self._links, self._note_link):
            await link.close()

    def _hangs(self, payment: Payment) -> PaymentOutcome:
        """Its caller is answered at once, whether or not the note for /readyz is kept."""
        self._notes.ask(payment).add_done_callback(_fail_quietly)
        return try_again(payment)

    async def _note_hangs(self, payments: list[Payment]) -> list[None]:
        for payment in payments:
            request = payment.request
            values = [request.actor, request.key, payment.wallet_id]
            await self._note_link.rows(NOTE_HANG, values)
        return [None] * len(payments)


def try_again(payment: Payment) -> PaymentOutcome:
    """The outcome of a payment that was not even looked at."""
    return PaymentOutcome(
        "try_again", payment.wallet_id, None, None, None, payment.amount, (), None, None
    )


def _fail_quietly(note: asyncio.Future[None]) -> None:
    if not note.cancelled():
        note.exception()
