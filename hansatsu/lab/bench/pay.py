"""`hansatsu bench pay`: callers of the Python API beside pgbench, in turns, in one run."""

from hansatsu.lab.bench.callers import measure_alone, measure_batched
from hansatsu.lab.bench.figures import Run, middle
from hansatsu.lab.bench.limit import measure_limit
from hansatsu.lab.bench.town import Town, throwaway_town

FASTEST = 16_000
"""Payments a second that no machine of this kind will pass: for how many wallets to make."""


def bench_pay(seconds: int, clients: int, count: int) -> dict[str, float]:
    """Medians of ``count`` rounds. `ratio` is many batched callers against the limit, the better of
    8 and 16 pgbench clients; `alone_ratio` one caller's p50 against one pgbench client's."""
    with throwaway_town() as town:
        wallets = town.populate(max(10_000, count * seconds * FASTEST // 4))
        rounds = [_round(town, wallets, seconds, clients) for _ in range(count)]
    ours, eight, sixteen, alone, one = (middle(runs) for runs in zip(*rounds, strict=True))
    limit = max(eight.payments_per_s, sixteen.payments_per_s)
    return {
        "payments_per_s": round(ours.payments_per_s),
        "p50_ms": round(ours.p50_ms, 2),
        "p99_ms": round(ours.p99_ms, 2),
        "limit_per_s": round(limit),
        "ratio": round(ours.payments_per_s / limit, 2),
        "clients": clients,
        "alone_p50_ms": round(alone.p50_ms, 3),
        "pgbench_alone_p50_ms": round(one.p50_ms, 3),
        "alone_ratio": round(alone.p50_ms / one.p50_ms, 2),
    }


def _round(town: Town, wallets: range, seconds: int, clients: int) -> tuple[Run, ...]:
    town.settle()
    return (
        measure_batched(town, wallets, clients, seconds),
        measure_limit(town, wallets, 8, seconds),
        measure_limit(town, wallets, 16, seconds),
        measure_alone(town, wallets, seconds / 2),
        measure_limit(town, wallets, 1, max(1, seconds // 2)),
    )
