"""`hansatsu bench pay`: callers of the Python API beside pgbench and the yardstick, in turns."""

from collections.abc import Mapping

import psycopg

from hansatsu.database.urls import SUPERUSER
from hansatsu.lab.bench.callers import measure_alone, measure_batched
from hansatsu.lab.bench.draws import Spread, payers
from hansatsu.lab.bench.figures import figures_of
from hansatsu.lab.bench.limit import Limit
from hansatsu.lab.bench.processors import Measured, from_pgbench, measured
from hansatsu.lab.bench.report import Report
from hansatsu.lab.bench.settings import settings_beside_lean
from hansatsu.lab.bench.town import ISSUER, throwaway_town
from hansatsu.lab.bench.yardstick import PAYMENT, yardstick


def bench_pay(
    seconds: int, clients: int, count: int, spread: Spread, wallets: int, shops: int
) -> Report:
    """Figures of ``count`` rounds, on as many wallets and shops as the yardstick has, or fewer.

    `ratio` is many batched callers against the limit (our function from pgbench, one payment a
    commit, prepared, the better of 8 and 16 clients). `lean_ratio` is the callers against the
    yardstick; `single_ratio` is the limit against it; `set_ratio` is our function against it in
    sets, under the same flags of pgbench. `alone_ratio` is one caller's p50 against that of one
    pgbench client. `…_us` are microseconds of processor time a payment. A round's ratio is of its
    own figures.
    """
    with (
        throwaway_town(shops) as town,
        yardstick(town.server, wallets, shops) as lean,
    ):
        ids = town.populate_like_lean(wallets)
        limit = Limit(town.server, town.app_url, ISSUER, ids, town.shops, PAYMENT, spread)
        drawn = payers(ids, town.shops, spread)
        rounds = []
        for _ in range(count):
            town.settle()
            lean.settle()
            rounds.append(
                _figures(
                    {
                        "ours": measured(
                            lambda: measure_batched(town, drawn, PAYMENT, clients, seconds)
                        ),
                        "lean": measured(lambda: lean.measure(seconds)),
                        "eight": measured(lambda: limit.measure(8, seconds)),
                        "sixteen": measured(lambda: limit.measure(16, seconds)),
                        "lean_set": measured(lambda: lean.measure_sets(seconds)),
                        "set": measured(lambda: limit.measure_sets(seconds)),
                        "alone": measured(lambda: measure_alone(town, drawn, PAYMENT, seconds / 2)),
                        "one": measured(lambda: limit.measure(1, max(1, seconds // 2))),
                    },
                    clients,
                )
            )
        superuser_url = town.server.url_of(SUPERUSER, "postgres")
        with psycopg.connect(superuser_url, autocommit=True) as connection:
            settings = settings_beside_lean(connection, wallets, shops, spread, seconds, count)
    return Report(figures_of(rounds), settings)


def _figures(of: Mapping[str, Measured], clients: int) -> dict[str, float]:
    """Of one round."""
    ours, lean, lean_set = of["ours"], of["lean"], of["lean_set"]
    limit = max(of["eight"], of["sixteen"], key=lambda each: each.run.payments_per_s)
    in_sets, alone, one = of["set"], of["alone"], of["one"]
    return {
        "payments_per_s": ours.run.payments_per_s,
        "p50_ms": ours.run.p50_ms,
        "p99_ms": ours.run.p99_ms,
        "limit_per_s": limit.run.payments_per_s,
        "ratio": ours.run.payments_per_s / limit.run.payments_per_s,
        "clients": clients,
        "lean_per_s": lean.run.payments_per_s,
        "lean_ratio": ours.run.payments_per_s / lean.run.payments_per_s,
        "single_ratio": limit.run.payments_per_s / lean.run.payments_per_s,
        "lean_set_per_s": lean_set.run.payments_per_s,
        "set_limit_per_s": in_sets.run.payments_per_s,
        "set_ratio": in_sets.run.payments_per_s / lean_set.run.payments_per_s,
        "alone_p50_ms": alone.run.p50_ms,
        "pgbench_alone_p50_ms": one.run.p50_ms,
        "alone_ratio": alone.run.p50_ms / one.run.p50_ms,
        "postgres_us": ours.us.postgres,
        "python_us": ours.us.client,
        **from_pgbench("limit", limit),
        **from_pgbench("lean", lean),
        **from_pgbench("set_limit", in_sets),
        **from_pgbench("lean_set", lean_set),
        "alone_postgres_us": alone.us.postgres,
        "alone_python_us": alone.us.client,
        **from_pgbench("pgbench_alone", one),
    }
