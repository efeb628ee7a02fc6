"""Payments of many callers, written in sets.

What arrives while a set is under way goes out as the next one: at most 64 payments, one a
wallet, no timer, so a payment alone waits for nothing and a crowd shares its commits. Each
caller gets its own outcome, after the commit. Lanes that stand idle share what waits: none
looks on while another carries everything.

A set waits for nobody. What of it somebody else holds (a key, a wallet, a shop) is left out and
goes alone, over one of a few spare connections that wait a little (ADR 0100); until it is answered,
its wallet and its key stay away from the sets.

A set that was aborted (a deadlock, a server that went away) is tried again one by one over the
spares. That is safe whatever became of it, since each payment carries its idempotency key: what
had been committed answers 'replayed'.
"""

import asyncio
from collections.abc import Hashable, Sequence

from psycopg.rows import args_row

from hansatsu.database.coalescing import Link
from hansatsu.database.sets import Sets, Waiting, fail, give
from hansatsu.ledger.spares import Spares, try_again
from hansatsu.ledger.values import Payment, PaymentOutcome
from hansatsu.ledger.writes import (
    PAY_ALONE,
    PAY_SET,
    payment_columns,
    payment_fields,
    payment_outcome,
)

LANES = 2
"""Sets under way at once: while the server writes one, this process prepares the other."""

SETTINGS = {"lock_timeout": "2s", "statement_timeout": "5s"}
"""Of a lane's connection. A set waits for no row that a payment holds, so only what locks a whole
table (a migration) makes it end like this."""


type _Waiting = Waiting[Payment, PaymentOutcome]


class Batcher:
    """Use as `async with Batcher(url) as batcher: outcome = await batcher.pay(payment)`.

    `pay` raises psycopg.OperationalError when the server cannot be reached: the outcome is
    then unknown, and the same payment with the same key is safe to try again.

    Args:
        url: of the database, as the application.
        lanes: sets under way at once.
    """

    def __init__(self, url: str, lanes: int = LANES) -> None:
        self._links = [Link(url, SETTINGS) for _ in range(lanes)]
        self._spares = Spares(url)
        self._alone: set[asyncio.Task[None]] = set()
        self._sets = Sets(self._write, lanes=self._links, apart=_apart)

    async def __aenter__(self) -> "Batcher":
        return self

    async def __aexit__(self, *_: object) -> None:
        """Answer what was accepted, then let the connections go."""
        await self._sets.drained()
        for link in self._links:
            await link.close()
        await self._spares.close()

    async def pay(self, payment: Payment) -> PaymentOutcome:
        """Decide and write one payment, in a set with its neighbours."""
        return await self._sets.ask(payment)

    async def _write(self, link: Link, taken: list[_Waiting]) -> Sequence[_Waiting]:
        """Answer what a set can; what goes alone stays under way."""
        try:
            outcomes = await self._pay_set(link, [payment for payment, _, _ in taken])
            told = list(zip(taken, outcomes, strict=True))
        except Exception as error:  # whatever it is: what one payment does befalls no other
            for waiting in taken:
                self._start_alone(waiting, error)
            return taken
        alone: list[_Waiting] = []
        for waiting, outcome in told:
            if outcome.outcome == "try_again":
                self._start_alone(waiting)
                alone.append(waiting)
            else:
                give(waiting[1], outcome)
        return alone

    async def _pay_set(self, link: Link, payments: list[Payment]) -> list[PaymentOutcome]:
        connection = await link.connected()
        cursor = connection.cursor(row_factory=args_row(payment_outcome), binary=True)
        if len(payments) == 1:
            fields = payment_fields(payments[0], free=True)
            await cursor.execute(PAY_ALONE, fields, prepare=True)
        else:
            columns = payment_columns(payments, free=True)
            await cursor.execute(PAY_SET, columns, prepare=True)
        return await cursor.fetchall()

    def _start_alone(self, waiting: _Waiting, why: Exception | None = None) -> None:
        """Answer a payment over a spare connection, while the sets go on."""
        task = asyncio.create_task(self._pay_alone(waiting, why))
        self._alone.add(task)
        task.add_done_callback(self._alone.discard)

    async def _pay_alone(self, waiting: _Waiting, why: Exception | None) -> None:
        payment, future, _ = waiting
        try:
            outcome = await self._spares.pay(payment)
        except Exception as error:  # whatever it is: nobody waits for ever
            error.__cause__ = why
            fail(future, error)
        else:
            give(future, outcome)
            if outcome.outcome == "try_again":
                self._give_up_like(waiting)
        finally:
            future.cancel()  # has no answer only when this task was stopped
            self._sets.free(waiting)

    def _give_up_like(self, hanging: _Waiting) -> None:
        """Let those who wait behind a hanging wallet or key try again too, instead of finding out
        one after the other."""
        for payment, future, _ in self._sets.withdraw(hanging):
            give(future, try_again(payment))


def _apart(payment: Payment) -> tuple[Hashable, ...]:
    """No two payments under way are of one wallet, or under one key."""
    return payment.wallet_id, (payment.request.actor, payment.request.key)
