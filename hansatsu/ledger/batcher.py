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
import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import psycopg
from psycopg.rows import args_row

from hansatsu.database.coalescing import Link
from hansatsu.ledger.over_links import statement
from hansatsu.ledger.spares import Spares, try_again
from hansatsu.ledger.values import Payment, PaymentOutcome
from hansatsu.ledger.writes import payment_columns, payment_outcome

LARGEST_SET = 64
LANES = 2
"""Sets under way at once: while the server writes one, this process prepares the other."""

SETTINGS = {"lock_timeout": "2s", "statement_timeout": "5s"}
"""Of a lane's connection. A set waits for no row that a payment holds, so only what locks a whole
table (a migration) makes it end like this."""


@dataclass(slots=True, eq=False)
class _Waiting:
    """A payment and the caller who waits for its outcome."""

    payment: Payment
    answer: asyncio.Future[PaymentOutcome]


class Batcher:
    """Use as `async with Batcher(url) as batcher: outcome = await batcher.pay(payment)`.

    `pay` raises psycopg.OperationalError when the server cannot be reached: the outcome is
    then unknown, and the same payment with the same key is safe to try again.

    Args:
        url: of the database, as the application.
        lanes: sets under way at once.
        tells_lots: True when outcomes have the コード(ID) of the lots that were used.
    """

    def __init__(self, url: str, lanes: int = LANES, *, tells_lots: bool = False) -> None:
        self._url = url
        self._alone: set[asyncio.Task[None]] = set()
        self.statement = statement(tells_lots=tells_lots)
        self._spares = Spares(url, tells_lots=tells_lots)
        self._lane_count = lanes
        self._queue: deque[_Waiting] = deque()
        self._wake = asyncio.Condition()
        self._busy_wallets: set[int] = set()
        self._busy_keys: set[tuple[str, str]] = set()
        self._closing = False
        self._idle = 0
        self._lanes: list[asyncio.Task[None]] = []

    def open(self) -> None:
        """Take payments from now on, on the event loop that runs. For a process whose loop ends
        with it (an API process: ADR 0200); all others use ``async with``."""
        self._lanes = [
            asyncio.create_task(_Lane(self, self._url).run()) for _ in range(self._lane_count)
        ]

    async def __aenter__(self) -> "Batcher":
        self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Answer what was accepted, then stop."""
        async with self._wake:
            self._closing = True
            self._wake.notify_all()
        await asyncio.gather(*self._lanes)
        await asyncio.gather(*self._alone)
        await self._spares.close()

    async def pay(self, payment: Payment) -> PaymentOutcome:
        """Decide and write one payment, in a set with its neighbours."""
        answer: asyncio.Future[PaymentOutcome] = asyncio.get_running_loop().create_future()
        self._queue.append(_Waiting(payment, answer))
        async with self._wake:
            self._wake.notify()
        return await answer

    async def take(self) -> list[_Waiting]:
        """The next set: wallets and keys that no set under way has. Empty when closing."""
        async with self._wake:
            self._idle += 1
            try:
                while True:
                    taken = self._take_now()
                    if taken or (self._closing and not self._queue):
                        return taken
                    await self._wake.wait()
            finally:
                self._idle -= 1

    def _take_now(self) -> list[_Waiting]:
        taken: list[_Waiting] = []
        left: deque[_Waiting] = deque()
        fair_share = min(LARGEST_SET, math.ceil(len(self._queue) / self._idle))
        while self._queue and len(taken) < fair_share:
            waiting = self._queue.popleft()
            payment = waiting.payment
            key = (payment.request.actor, payment.request.key)
            if payment.wallet_id in self._busy_wallets or key in self._busy_keys:
                left.append(waiting)
                continue
            self._busy_wallets.add(payment.wallet_id)
            self._busy_keys.add(key)
            taken.append(waiting)
        left.extend(self._queue)
        self._queue = left
        return taken

    async def done(self, taken: list[_Waiting]) -> None:
        """Free the wallets and keys of payments that were answered."""
        for waiting in taken:
            payment = waiting.payment
            self._busy_wallets.discard(payment.wallet_id)
            self._busy_keys.discard((payment.request.actor, payment.request.key))
        async with self._wake:
            self._wake.notify_all()

    def pay_alone(self, waiting: _Waiting, why: psycopg.Error | None = None) -> None:
        """Answer a payment over a spare connection, while the sets go on."""
        task = asyncio.create_task(self._pay_alone(waiting, why))
        self._alone.add(task)
        task.add_done_callback(self._alone.discard)

    async def _pay_alone(self, waiting: _Waiting, why: psycopg.Error | None) -> None:
        try:
            outcome = await self._spares.pay(waiting.payment)
        except psycopg.Error as error:
            error.__cause__ = why
            _answer(waiting.answer.set_exception, waiting, error)
        else:
            _answer(waiting.answer.set_result, waiting, outcome)
            if outcome.outcome == "try_again":
                self._give_up_like(waiting)
        await self.done([waiting])

    def _give_up_like(self, hanging: _Waiting) -> None:
        """Let those who wait behind a hanging wallet or key try again too, instead of finding out
        one after the other."""
        wallet, request = hanging.payment.wallet_id, hanging.payment.request
        left: deque[_Waiting] = deque()
        for waiting in self._queue:
            other = waiting.payment
            same_key = (other.request.actor, other.request.key) == (request.actor, request.key)
            if other.wallet_id == wallet or same_key:
                _answer(waiting.answer.set_result, waiting, try_again(other))
            else:
                left.append(waiting)
        self._queue = left


class _Lane:
    """One connection, and the sets that go over it one after the other."""

    def __init__(self, batcher: Batcher, url: str) -> None:
        self._batcher = batcher
        self._link = Link(url, SETTINGS)

    async def run(self) -> None:
        while taken := await self._batcher.take():
            await self._write(taken)
        await self._link.close()

    async def _write(self, taken: list[_Waiting]) -> None:
        try:
            outcomes = await self._pay_set([waiting.payment for waiting in taken])
        except psycopg.Error as error:
            for waiting in taken:
                self._batcher.pay_alone(waiting, error)
            return
        answered: list[_Waiting] = []
        for waiting, outcome in zip(taken, outcomes, strict=True):
            if outcome.outcome == "try_again":
                self._batcher.pay_alone(waiting)
            else:
                _answer(waiting.answer.set_result, waiting, outcome)
                answered.append(waiting)
        await self._batcher.done(answered)

    async def _pay_set(self, payments: list[Payment]) -> list[PaymentOutcome]:
        connection = await self._link.connected()
        cursor = connection.cursor(row_factory=args_row(payment_outcome), binary=True)
        columns = payment_columns(payments, free=True)
        await cursor.execute(self._batcher.statement, columns, prepare=True)
        return await cursor.fetchall()


def _answer[T](give: Callable[[T], None], waiting: _Waiting, result: T) -> None:
    """Give a caller its result, unless it has stopped waiting."""
    if not waiting.answer.done():
        give(result)
