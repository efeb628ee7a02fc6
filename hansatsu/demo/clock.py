"""The ledger's clock, shifted: only a demo's history is made with it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import psycopg

from hansatsu.ledger import api as ledger


class Clock:
    """The ledger's clock, for a connection that has its role."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection

    def show(self, moment: datetime | None) -> None:
        """Have the ledger's clock show ``moment`` and run on from there; None is the real time."""
        ledger.set_clock(self._connection, moment)


@contextmanager
def shifted_clock() -> Iterator[Clock]:
    """The clock, right at first (a seed that was killed may have left it wrong) and right again
    in the end."""
    url = os.environ["CLOCK_DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as connection:
        # Hundreds of small steps, none of which must survive a crash.
        connection.execute("set synchronous_commit = off")
        clock = Clock(connection)
        clock.show(None)
        try:
            yield clock
        finally:
            clock.show(None)
