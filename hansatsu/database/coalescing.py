"""Questions of many callers, asked of the database together.

What is asked while an answer is on its way goes out as the next set, so a question alone waits
for nothing, and a crowd shares its round trips.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, LiteralString

from psycopg import AsyncConnection, OperationalError
from psycopg.rows import tuple_row

from hansatsu.database.sets import Sets, Waiting
from hansatsu.database.timerless import TimerlessConnection
from hansatsu.database.waiting import with_waits

WAITS = {"lock_timeout": "1s", "statement_timeout": "3s"}
"""Somebody at a till waits for the answer."""


class Gathering[Question, Answer]:
    """Use as ``answer = await gathering.ask(question)``: one set under way at a time.

    Args:
        answer: gives the answers to a set of questions, in their order.
    """

    def __init__(self, answer: Callable[[list[Question]], Awaitable[list[Answer]]]) -> None:
        self._answer = answer
        self._sets: Sets[None, Question, Answer] = Sets(self._write, lanes=[None])

    def ask(self, question: Question) -> asyncio.Future[Answer]:
        """Ask with the next set. What goes wrong with the set goes wrong for each in it."""
        return self._sets.ask(question)

    async def _write(self, lane: None, taken: list[Waiting[Question, Answer]]) -> tuple[()]:
        answers = await self._answer([question for question, _, _ in taken])
        for (_, future, _), answer in zip(taken, answers, strict=True):
            if not future.done():
                future.set_result(answer)
        return ()


class Link:
    """One connection in autocommit that is made when needed and made anew when it broke.

    Args:
        url: of the database.
        settings: PostgreSQL's, of each new connection, above ``WAITS``.
    """

    def __init__(self, url: str, settings: Mapping[str, str] | None = None) -> None:
        self._url = with_waits(url, WAITS | dict(settings or {}))
        self._connection: AsyncConnection[Any] | None = None

    async def connected(self) -> AsyncConnection[Any]:
        """The connection. Raises psycopg.OperationalError when there is none to be had."""
        if self._connection is None or self._connection.closed:
            self._connection = await TimerlessConnection.connect(self._url, autocommit=True)
        return self._connection

    async def rows(
        self, query: LiteralString, values: Sequence[object], factory: Any = tuple_row
    ) -> list[Any]:
        """The rows that a prepared query gives, read as binary. Asked once more over a new
        connection when this one had died while it stood idle (the server was restarted): only for
        what may be asked twice.

        Raises:
            psycopg.Error: when there is no answer.
        """
        connection = await self.connected()
        try:
            return await _rows(connection, query, values, factory)
        except OperationalError:
            if not connection.closed:
                raise
        return await _rows(await self.connected(), query, values, factory)

    async def close(self) -> None:
        """Let it go, if there is one."""
        if self._connection is not None:
            await self._connection.close()


async def _rows(
    connection: AsyncConnection[Any], query: LiteralString, values: Sequence[object], factory: Any
) -> list[Any]:
    cursor = connection.cursor(row_factory=factory, binary=True)
    await cursor.execute(query, values, prepare=True)
    return await cursor.fetchall()
