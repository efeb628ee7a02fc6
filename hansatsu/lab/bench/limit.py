"""Our function from pgbench: one payment a commit, and sets of neighbouring wallets."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import Connection

from hansatsu.database.server import EmbeddedServer
from hansatsu.lab.bench.draws import IN_PGBENCH, Spread
from hansatsu.lab.bench.figures import Run, run_of
from hansatsu.lab.bench.pgbench import Load, run_pgbench
from hansatsu.lab.bench.yardstick import IN_SETS, SECONDS, SET

ALONE, SETS = "ledger.pay_alone_v1", "ledger.pay_set_v4"
"""The functions that are measured, in the versions that payments are made by."""

PREPARED = "prepared"
"""The limit's protocol: that of our own connections, and the quickest."""

ONE = rf"""
\set wallet :before_wallet + {{wallet}}
\set shop :before_shop + {{shop}}
\set key random(1, 9000000000000000000)
select outcome from {ALONE}(
    'pgbench', :key::text, '\x00'::bytea, :issuer::integer, :shop::integer, :wallet::bigint,
    :amount::bigint, null::bigint, null::bigint, null::text, false, false);
"""  # noqa: S608 - our own words

OF_SETS = rf"""
\set first :before_wallet + {SET} * random(0, :wallets / {SET} - 1)
select count(*) from {SETS}(
    array_fill('pgbench'::text, array[{SET}]),
    (select array_agg(gen_random_uuid()::text) from generate_series(1, {SET})),
    array_fill('\x00'::bytea, array[{SET}]),
    array_fill(:issuer::integer, array[{SET}]),
    (select array_agg(:before_shop + random(1, :shops)) from generate_series(1, {SET})),
    (select array_agg((:first + n)::bigint) from generate_series(1, {SET}) as n),
    array_fill(:amount::bigint, array[{SET}]),
    array_fill(null::bigint, array[{SET}]), array_fill(null::bigint, array[{SET}]),
    array_fill(null::text, array[{SET}]), array_fill(false, array[{SET}]), true);
"""  # noqa: S608 - our own words


@dataclass(frozen=True, slots=True)
class Limit:
    """Wallets and shops of ours, whose ids are in rows, for pgbench to pay by.

    Args:
        server: where they are.
        url: of their database, as the application.
        issuer: whose they are.
        wallets: their ids.
        shops: their ids.
        amount: yen of each payment.
        spread: what the wallets and shops of single payments follow; sets are always even.
    """

    server: EmbeddedServer
    url: str
    issuer: int
    wallets: range
    shops: range
    amount: int
    spread: Spread

    def measure(self, clients: int, seconds: int) -> Run:
        """One payment a commit, as our own connections ask."""
        return self._run(self._one(), Load(clients, 2, PREPARED), seconds)

    def measure_sets(self, seconds: int) -> Run:
        """Sets of neighbouring wallets, by the yardstick's flags and for as long, asked as the
        batcher asks: what another holds is left out, and not counted. Its latencies are those of
        sets."""
        return self._run(OF_SETS, IN_SETS, min(seconds, SECONDS))

    def _one(self) -> str:
        expression = IN_PGBENCH[self.spread]
        return ONE.format(
            wallet=expression.format(count="wallets"), shop=expression.format(count="shops")
        )

    def _run(self, script: str, load: Load, seconds: int) -> Run:
        variables = {
            "before_wallet": self.wallets.start - 1,
            "wallets": len(self.wallets),
            "before_shop": self.shops.start - 1,
            "shops": len(self.shops),
            "issuer": self.issuer,
            "amount": self.amount,
        }
        with (
            psycopg.connect(self.url, autocommit=True) as connection,
            tempfile.TemporaryDirectory() as folder,
        ):
            path = Path(folder) / "pay.pgbench"
            path.write_text(script)
            before = _entries(connection)
            done = run_pgbench(self.server, self.url, path, load, seconds, variables)
            return run_of(done.latencies, done.seconds, _entries(connection) - before)


def _entries(connection: Connection[Any]) -> int:
    """How many the books have: a payment that was refused left none."""
    row = connection.execute("select sum(seq)::bigint from ledger.wallet").fetchone()
    assert row is not None
    return int(row[0] or 0)
