"""A connection that waits for its server without a timer beside each wait.

psycopg wakes up ten times a second while it waits, so that Ctrl-C ends a script, and sets and takes
back a timer for each statement. An event loop that is ended by signals needs none of them; how long
a statement may take is the server's to hold (``waiting``). ADR 0258.
"""

import asyncio
from typing import Any

from psycopg import AsyncConnection
from psycopg.abc import PQGen
from psycopg.waiting import Ready, Wait

from hansatsu.database.sets import give


class TimerlessConnection(AsyncConnection[Any]):
    """As psycopg's; but a wait that is cancelled ends the connection, whose state nobody knows."""

    async def wait[T](
        self, gen: PQGen[T], interval: float = 0.0, timeout: float | None = None
    ) -> T:
        """Drive ``gen`` to its end. There is no interval; a timeout is psycopg's to hold."""
        if timeout is not None:
            return await super().wait(gen, timeout=timeout)
        try:
            wanted = next(gen)
            while True:
                wanted = gen.send(await self._ready(wanted))
        except StopIteration as end:
            answer: T = end.value
            return answer
        except asyncio.CancelledError:
            self.pgconn.finish()
            raise

    async def _ready(self, wanted: Wait) -> Ready:
        """What the socket is ready for, of what is waited for."""
        loop, socket = asyncio.get_running_loop(), self.pgconn.socket
        ready: asyncio.Future[Ready] = loop.create_future()
        try:
            if wanted & Wait.R:
                loop.add_reader(socket, give, ready, Ready.R)
            if wanted & Wait.W:
                loop.add_writer(socket, give, ready, Ready.W)
            return await ready
        finally:
            if wanted & Wait.R:
                loop.remove_reader(socket)
            if wanted & Wait.W:
                loop.remove_writer(socket)
