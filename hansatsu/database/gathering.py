"""Questions of many callers, asked of the database together.

What is asked while an answer is on its way goes out as the next set, so a question alone waits
for nothing, and a crowd shares its round trips.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from psycopg import AsyncConnection

MOST = 64


class Gathering[Question, Answer]:
    """Use as ``answer = await gathering.ask(question)``.

    Args:
        answer: gives the answers to a set of questions, in their order.
    """

    def __init__(self, answer: Callable[[list[Question]], Awaitable[list[Answer]]]) -> None:
        self._answer = answer
        self._waiting: deque[tuple[Question, asyncio.Future[Answer]]] = deque()
        self._runner: asyncio.Task[None] | None = None

    def ask(self, question: Question) -> asyncio.Future[Answer]:
        """Ask with the next set. What goes wrong with the set goes wrong for each in it."""
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, future))
        if self._runner is None:
            self._runner = asyncio.create_task(self._run())
        return future

    async def _run(self) -> None:
        try:
            while self._waiting:
                await self._next_set()
        finally:
            self._runner = None

    async def _next_set(self) -> None:
        taken = [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]
        try:
            answers = await self._answer([question for question, _ in taken])
        except Exception as error:
            for _, future in taken:
                if not future.done():
                    future.set_exception(error)
            return
        for (_, future), answer in zip(taken, answers, strict=True):
            if not future.done():
                future.set_result(answer)


class Link:
    """One connection in autocommit that is made when needed and made anew when it broke.

    Args:
        url: of the database.
        settings: run once on each new connection.
    """

    def __init__(self, url: str, settings: str = "") -> None:
        self._url = url
        self._settings = settings
        self._connection: AsyncConnection[Any] | None = None

    async def connected(self) -> AsyncConnection[Any]:
        """The connection. Raises psycopg.OperationalError when there is none to be had."""
        if self._connection is None or self._connection.closed:
            self._connection = await AsyncConnection.connect(
                self._url, autocommit=True, options=self._settings or None
            )
        return self._connection

    async def close(self) -> None:
        """Let it go, if there is one."""
        if self._connection is not None:
            await self._connection.close()
