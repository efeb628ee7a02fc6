"""The yardstick: a lean payment that every figure is told against, and that never changes.

Its tables, functions and scripts are the files in ``lean/``, in a database of their own on the
server that is measured. Nothing of ours is in them: when our function gets quicker, they do not. A
test pins them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import Connection, sql

from hansatsu.database.server import EmbeddedServer
from hansatsu.database.urls import OWNER, SUPERUSER
from hansatsu.lab.bench.figures import Run, run_of
from hansatsu.lab.bench.pgbench import Load, run_pgbench

DATABASE = "lean"
FILES = Path(__file__).with_name("lean")
SQL = ("tables.sql", "populate.sql", "pay.sql", "pay_set.sql")
SCHEMA = ("set client_min_messages = warning", *((FILES / name).read_text() for name in SQL))

WALLETS = 100_000
SHOPS = 2_000
LOTS = (1_700, 2_400, 3_100, 1_000_000_000)
"""Yen of each wallet's lots, in the order in which they expire; the last never runs dry."""
PAYMENT = 300
"""Yen of each payment."""
SET = 64
"""Payments of neighbouring wallets in one call."""

SINGLY = Load(clients=8, threads=2, protocol="simple")
IN_SETS = Load(clients=2, threads=2, protocol="simple")
SECONDS = 6
"""The longest time of one measurement."""


@dataclass(frozen=True, slots=True)
class Yardstick:
    """Lean wallets and shops, and where they are."""

    server: EmbeddedServer
    wallets: int
    shops: int

    @property
    def url(self) -> str:
        """The address of its database, as the role that owns it."""
        return self.server.url_of(OWNER, DATABASE)

    def measure(self, seconds: int) -> Run:
        """Lean payments, a commit each."""
        return self._run("one.pgbench", SINGLY, seconds)

    def measure_sets(self, seconds: int) -> Run:
        """Lean payments in sets of 64, a commit a set; its latencies are those of sets."""
        return self._run("set.pgbench", IN_SETS, seconds)

    def settle(self) -> None:
        """Statistics and a checkpoint, so that every measurement starts from the same ground."""
        with psycopg.connect(
            self.server.url_of(SUPERUSER, DATABASE), autocommit=True
        ) as connection:
            connection.execute("vacuum analyze")
            connection.execute("checkpoint")

    def _run(self, script: str, load: Load, seconds: int) -> Run:
        with psycopg.connect(self.url, autocommit=True) as connection:
            before = payments(connection)
            done = run_pgbench(
                self.server,
                self.url,
                FILES / script,
                load,
                min(seconds, SECONDS),
                {"wallets": self.wallets, "shops": self.shops},
            )
            return run_of(done.latencies, done.seconds, payments(connection) - before)


@contextmanager
def yardstick(
    server: EmbeddedServer, wallets: int = WALLETS, shops: int = SHOPS
) -> Iterator[Yardstick]:
    """The yardstick on ``server``, in a database that is dropped afterwards."""
    name = sql.Identifier(DATABASE)
    with psycopg.connect(server.url_of(SUPERUSER, "postgres"), autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {}").format(name, sql.Identifier(OWNER))
        )
        try:
            made = Yardstick(server, wallets, shops)
            with psycopg.connect(made.url, autocommit=True) as inside:
                for statement in SCHEMA:
                    inside.execute(statement)
                inside.execute("select lean.populate(%s, %s)", [wallets, shops])
            made.settle()
            yield made
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def payments(connection: Connection[Any]) -> int:
    """How many there are so far: refusals and replays have left none."""
    row = connection.execute("select sum(seq)::bigint from lean.wallet").fetchone()
    assert row is not None
    return int(row[0])
