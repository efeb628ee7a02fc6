"""Payments of many callers, written in sets.

What arrives while a set is under way goes out as the next one: at most 64 payments, one a
wallet, no timer, so a payment alone waits for nothing and a crowd shares its commits. Each
caller gets its own outcome, after the commit. Lanes that stand idle share what waits: none
looks on while another carries everything.

A set that was aborted (a deadlock, a server that went away) is tried again one by one. That is
safe whatever became of it, since each payment carries its idempotency key: what had been
committed answers 'replayed'.
"""

import asyncio
import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import AsyncConnection
from psycopg.rows import args_row

from hansatsu.ledger.values import Payment, PaymentOutcome
from hansatsu.ledger.writes import PAY_SET, PAY_SET_AND_LOTS, payment_columns, payment_outcome

LARGEST_SET = 64
LANES = 2
"""Sets under way at once: while the server writes one, this process prepares the other."""


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
        tells_lots: whether outcomes have the コード(ID) of the lots that were used.
    """

    def __init__(self, url: str, lanes: int = LANES, *, tells_lots: bool = False) -> None:
        self._url = url
        self.statement = PAY_SET_AND_LOTS if tells_lots else PAY_SET
        self._lane_count = lanes
        self._queue: deque[_Waiting] = deque()
        self._wake = asyncio.Condition()
        self._busy_wallets: set[int] = set()
        self._busy_keys: set[tuple[str, str]] = set()
        self._closing = False
        self._idle = 0
        self._lanes: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "Batcher":
        self._lanes = [
            asyncio.create_task(_Lane(self, self._url).run()) for _ in range(self._lane_count)
        ]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Answer what was accepted, then stop."""
        async with self._wake:
            self._closing = True
            self._wake.notify_all()
        await asyncio.gather(*self._lanes)

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
        """Free the wallets and keys of a set that has ended."""
        for waiting in taken:
            payment = waiting.payment
            self._busy_wallets.discard(payment.wallet_id)
            self._busy_keys.discard((payment.request.actor, payment.request.key))
        async with self._wake:
            self._wake.notify_all()


class _Lane:
    """One connection, and the sets that go over it one after the other."""

    def __init__(self, batcher: Batcher, url: str) -> None:
        self._batcher = batcher
        self._url = url
        self._connection: AsyncConnection[Any] | None = None

    async def run(self) -> None:
        while taken := await self._batcher.take():
            await self._write(taken)
            await self._batcher.done(taken)
        if self._connection is not None:
            await self._connection.close()

    async def _write(self, taken: list[_Waiting]) -> None:
        try:
            outcomes = await self._pay_set([waiting.payment for waiting in taken])
        except psycopg.Error as error:
            await self._one_by_one(taken, error)
            return
        for waiting, outcome in zip(taken, outcomes, strict=True):
            _answer(waiting.answer.set_result, waiting, outcome)

    async def _one_by_one(self, taken: list[_Waiting], error: psycopg.Error) -> None:
        for waiting in taken:
            try:
                outcome = (await self._pay_set([waiting.payment]))[0]
            except psycopg.Error as again:
                again.__cause__ = error
                _answer(waiting.answer.set_exception, waiting, again)
            else:
                _answer(waiting.answer.set_result, waiting, outcome)

    async def _pay_set(self, payments: list[Payment]) -> list[PaymentOutcome]:
        connection = await self._connected()
        cursor = connection.cursor(row_factory=args_row(payment_outcome), binary=True)
        await cursor.execute(self._batcher.statement, payment_columns(payments), prepare=True)
        return await cursor.fetchall()

    async def _connected(self) -> AsyncConnection[Any]:
        if self._connection is None or self._connection.closed or self._connection.broken:
            self._connection = await AsyncConnection.connect(self._url, autocommit=True)
        return self._connection


def _answer[T](give: Callable[[T], None], waiting: _Waiting, result: T) -> None:
    """Give a caller its result, unless it has stopped waiting."""
    if not waiting.answer.done():
        give(result)
