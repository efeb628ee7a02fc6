"""`hansatsu bench curve`: does a payment cost the same when the books are large?

Books of every size stand side by side on one server and are measured in turns, so that what
else the machine does meets them all alike.
"""

import random
import time
from itertools import cycle
from statistics import median

from hansatsu.lab.bench.callers import measure_alone, measure_batched
from hansatsu.lab.bench.draws import payers
from hansatsu.lab.bench.figures import Run, middle
from hansatsu.lab.bench.town import ISSUER, LOTS_A_WALLET, PAYMENT, SHOP, Town, throwaway_towns
from hansatsu.ledger import api as ledger

FIRST = 10_000
CLIENTS = 64
ROUNDS = 3
WARM_UP_WALLETS_PER_S = 2_500
ENOUGH = 1_000_000
"""Yen of each lot, so that the few wallets of the first point do not run dry."""


def bench_curve(largest: int, seconds: int) -> list[dict[str, float]]:
    """At 10⁴, 10⁵ … `largest` lots: batched payments, one caller alone, a page of history.

    Every wallet is as likely to pay as any other. After a warm-up, in which the first touch of
    each page after a checkpoint is paid, come three rounds and their medians.
    """
    sizes = [FIRST]
    while sizes[-1] * 10 <= largest:
        sizes.append(sizes[-1] * 10)
    with throwaway_towns(len(sizes)) as towns:
        places = [
            (town, town.populate(size // LOTS_A_WALLET, yen_a_lot=ENOUGH))
            for size, town in zip(sizes, towns, strict=True)
        ]
        for town, wallets in places:
            _warm_up(town, wallets, seconds)
        rounds = [[_measure(*place, seconds) for place in places] for _ in range(ROUNDS)]
    return [
        _point(size, measured)
        for size, measured in zip(sizes, zip(*rounds, strict=True), strict=True)
    ]


def _warm_up(town: Town, wallets: range, seconds: int) -> None:
    """As long as a measurement, and longer where there are more pages to touch: every wallet pays
    once before one pays again."""
    touched = max(seconds, len(wallets) // WARM_UP_WALLETS_PER_S)
    everyone = random.sample(wallets, len(wallets))
    measure_batched(town, cycle([(each, SHOP) for each in everyone]), PAYMENT, CLIENTS, touched)


def _measure(town: Town, wallets: range, seconds: int) -> tuple[Run, Run, float]:
    drawn = payers(wallets, town.shops, "even")
    return (
        measure_batched(town, drawn, PAYMENT, CLIENTS, seconds),
        measure_alone(town, drawn, PAYMENT, seconds / 2),
        _history_page(town, wallets),
    )


def _point(size: int, measured: tuple[tuple[Run, Run, float], ...]) -> dict[str, float]:
    batched, alone, pages = zip(*measured, strict=True)
    return {
        "lots": size,
        "payments_per_s": round(middle(batched).payments_per_s),
        "p99_ms": round(middle(batched).p99_ms, 2),
        "alone_p50_ms": round(middle(alone).p50_ms, 3),
        "history_page_ms": round(median(pages), 3),
    }


def _history_page(town: Town, wallets: range) -> float:
    """Milliseconds of one page of one wallet's history, the median of 500."""
    times = []
    for _ in range(500):
        wallet = random.choice(wallets)  # noqa: S311 - not a secret
        started = time.perf_counter()
        ledger.history(town.connection, ISSUER, wallet, limit=20)
        times.append(time.perf_counter() - started)
    return median(times) * 1000
