"""`hansatsu bench issue`: value to many wallets at once, one lot each and eight each, in turns."""

import time
from datetime import timedelta

import psycopg

from hansatsu.database.urls import SUPERUSER
from hansatsu.lab.bench.figures import Run, figures_of, run_of
from hansatsu.lab.bench.processors import Measured, measured
from hansatsu.lab.bench.report import Report
from hansatsu.lab.bench.settings import settings_of
from hansatsu.lab.bench.town import EMONEYS, LOT, SET, Town, throwaway_town
from hansatsu.ledger import api as ledger

EIGHT = 8
"""Lots of a wallet in the second measurement, whose entry and request are shared by them."""

WARM_UP = 2 * SET
"""Lots that are issued before anything is measured."""


def bench_issue(lots: int, rounds: int) -> Report:
    """So many lots in sets of a thousand wallets, over one connection.

    `lots_per_s` is one lot to each wallet: an entry, a request and an outbox row a lot.
    `lots_in_eights_per_s` is eight lots to each. `…_us` are microseconds of processor time a lot,
    of PostgreSQL and of Python. Wallets are opened, and the server settles, before that.
    """
    with throwaway_town() as town:
        _issue(town, WARM_UP, 1)
        each = [_figures(_issue(town, lots, 1), _issue(town, lots, EIGHT)) for _ in range(rounds)]
        url = town.server.url_of(SUPERUSER, "postgres")
        with psycopg.connect(url, autocommit=True) as connection:
            sizes = {"lots": lots, "wallets_a_set": SET, "rounds": rounds}
            settings = settings_of(connection, sizes)
    return Report(figures_of(each), settings)


def _issue(town: Town, lots: int, lots_a_wallet: int) -> Measured:
    """About so many lots to new wallets, and what one took."""
    wallets = town.open(-(-lots // lots_a_wallet))
    town.settle()
    expires_at = ledger.now(town.connection) + timedelta(days=100)
    new = [ledger.NewLot(EMONEYS[place % 2], LOT, expires_at) for place in range(lots_a_wallet)]
    return measured(lambda: _sets(town, wallets, new))


def _sets(town: Town, wallets: range, lots: list[ledger.NewLot]) -> Run:
    latencies = []
    began = time.perf_counter()
    for start in range(0, len(wallets), SET):
        started = time.perf_counter()
        town.issue(wallets[start : start + SET], lots)
        latencies.append(time.perf_counter() - started)
    return run_of(latencies, time.perf_counter() - began, len(wallets) * len(lots))


def _figures(single: Measured, eights: Measured) -> dict[str, float]:
    """Of one round."""
    return {
        "lots_per_s": single.run.payments_per_s,
        "lot_postgres_us": single.us.postgres,
        "lot_python_us": single.us.client,
        "lots_in_eights_per_s": eights.run.payments_per_s,
        "lot_in_eights_postgres_us": eights.us.postgres,
        "lot_in_eights_python_us": eights.us.client,
    }
