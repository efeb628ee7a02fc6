"""A ledger's clock that stands still, in a database of one's own: what ends at a second can be
tested at that second."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg

from hansatsu.database.server import EmbeddedServer
from tests.support.copies import DatabaseCopy, copied
from tests.support.own_database import django_on

ZERO = datetime(2026, 1, 1, tzinfo=UTC)
START = 60_000_000
"""The step of pay codes at which tests begin: a moment in January 2027."""


@dataclass(frozen=True, slots=True)
class FrozenClock:
    """The clock of ``copy``: it shows what it was last told to."""

    copy: DatabaseCopy
    owner: psycopg.Connection

    def show(self, moment: datetime) -> None:
        """Show ``moment`` from now on."""
        self.owner.execute("update ledger.clock set shift = %s", [moment - ZERO])

    def show_seconds(self, seconds: float) -> None:
        """The same with seconds since 1970."""
        self.show(datetime.fromtimestamp(seconds, UTC))


@contextmanager
def frozen_clock(server: EmbeddedServer) -> Iterator[FrozenClock]:
    """Have Django work on a database whose clock stands still, at ``ZERO`` at first."""
    with (
        copied(server) as copy,
        psycopg.connect(copy.owner_url, autocommit=True) as owner,
        django_on(copy),
    ):
        owner.execute(
            "create or replace function ledger.now() returns timestamptz language sql volatile"
            " return timestamptz '2026-01-01T00:00Z' + (select c.shift from ledger.clock as c)"
        )
        yield FrozenClock(copy, owner)
