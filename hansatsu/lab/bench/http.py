"""`hansatsu bench http`: payments at the API, the whole way, in turns with pgbench and the
yardstick."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from statistics import mode

import psycopg

from hansatsu.lab.bench.draws import COUNT, Spread, payers
from hansatsu.lab.bench.figures import NothingPaidError, figures_of
from hansatsu.lab.bench.http_load import measure_http
from hansatsu.lab.bench.http_requests import Payers, sent
from hansatsu.lab.bench.http_served import ServedTown, served_town
from hansatsu.lab.bench.limit import Limit
from hansatsu.lab.bench.processors import Measured, from_pgbench, measured
from hansatsu.lab.bench.receivers import Receivers
from hansatsu.lab.bench.report import Report
from hansatsu.lab.bench.settings import settings_beside_lean
from hansatsu.lab.bench.yardstick import PAYMENT, Yardstick, yardstick

WARM_UP = 3
"""The most seconds before the first round; no longer than a round."""

FASTEST = 9_000
"""Payments a second that no machine of this kind will pass: for how many requests to make."""

AT_THE_TOLD = 100
"""One payment in so many, and those drawn there besides, is at the shop that has an endpoint: of
many shops that are drawn evenly none would be told often enough to cost anything."""

MOST_REFUSED = 0.01
"""The largest share of a round's answers that may be no payments, or it is measured anew."""

TRIES = 3
"""The number of times that a round is measured at the most."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What one measurement of a round came to. Answers that were no payments are ``refused``;
    ``by_code`` were asked for by pay codes. Webhooks came to the shop's server meanwhile; entries
    are ``owed`` that the relay had not taken at its end."""

    measured: Measured
    refused: int
    by_code: int
    webhooks: int
    owed: int

    @property
    def answers(self) -> int:
        """How many there were."""
        return self.measured.run.payments + self.refused

    @property
    def share_refused(self) -> float:
        """Of the answers."""
        return self.refused / self.answers


@dataclass(frozen=True, slots=True)
class _Bench:
    """What is measured, and by how many tills."""

    served: ServedTown
    lean: Yardstick
    limit: Limit
    receivers: Receivers
    requests: Payers
    clients: int
    hindered: Counter[str]


def bench_http(
    seconds: int,
    clients: int,
    processes: int,
    rounds: int,
    spread: Spread,
    wallets: int,
    shops: int,
) -> Report:
    """Figures of so many rounds against API processes on a database of their own, the worker and
    the webhook endpoint of one shop (that which is drawn most) beside them.

    Payers are as ``http_requests.Payers`` says. `limit_per_s` is our function from pgbench (the
    better of 8 and 16 clients), `lean_per_s` and `lean_set_per_s` the yardstick, both without the
    worker. `…_ratio` is against the yardstick, of a round's own figures. `…_us` are microseconds
    of processor time a payment: of the tills that measure, of the API's processes, of the worker,
    and of PostgreSQL. The others are as ``Trial`` says.
    """
    with _bench(clients, processes, spread, wallets, shops) as bench:
        bench.served.settle()
        best_of(lambda: _try(bench, min(WARM_UP, seconds)))
        bench.hindered.clear()
        measures = [_round(bench, seconds, processes) for _ in range(rounds)]
        with psycopg.connect(bench.served.superuser_url, autocommit=True) as connection:
            settings = settings_beside_lean(
                connection, len(bench.served.town.wallets), shops, spread, seconds, rounds
            )
    return Report(figures_of(measures), settings, bench.hindered)


@contextmanager
def _bench(
    clients: int, processes: int, spread: Spread, wallets: int, shops: int
) -> Iterator[_Bench]:
    with ExitStack() as stack:
        served = stack.enter_context(served_town(shops, wallets, processes))
        town = served.town
        places = payers(range(len(town.wallets)), range(len(town.shops)), spread)
        drawn, told = often(list(islice(places, COUNT)))
        receivers = stack.enter_context(Receivers(Path(served.server.home), quick=1))
        served.tell(receivers, told)
        yield _Bench(
            served,
            stack.enter_context(yardstick(served.server, wallets, shops)),
            Limit(
                served.server,
                served.server.app_url,
                town.issuer_id,
                town.wallets,
                town.shops,
                PAYMENT,
                spread,
            ),
            receivers,
            Payers(town, cycle(drawn)),
            clients,
            Counter(),
        )


def often(drawn: list[tuple[int, int]]) -> tuple[list[tuple[int, int]], int]:
    """Wallets and shops as drawn, but for one in `AT_THE_TOLD` that pays at the shop that is drawn
    most; and that shop."""
    told = mode(shop for _, shop in drawn)
    return [
        (wallet, shop if place % AT_THE_TOLD else told)
        for place, (wallet, shop) in enumerate(drawn)
    ], told


def _round(bench: _Bench, seconds: int, processes: int) -> dict[str, float]:
    bench.served.settle()
    bench.lean.settle()
    trial = _over_http(bench, seconds)
    ours = trial.measured
    lean = measured(lambda: bench.lean.measure(seconds))
    eight, sixteen = (
        measured(lambda: bench.limit.measure(8, seconds)),
        measured(lambda: bench.limit.measure(16, seconds)),
    )
    lean_set = measured(lambda: bench.lean.measure_sets(seconds))
    limit = max(eight, sixteen, key=lambda each: each.run.payments_per_s)
    return {
        "payments_per_s": ours.run.payments_per_s,
        "p50_ms": ours.run.p50_ms,
        "p99_ms": ours.run.p99_ms,
        "clients": bench.clients,
        "processes": processes,
        "lean_per_s": lean.run.payments_per_s,
        "lean_ratio": ours.run.payments_per_s / lean.run.payments_per_s,
        "lean_set_per_s": lean_set.run.payments_per_s,
        "limit_per_s": limit.run.payments_per_s,
        "limit_ratio": limit.run.payments_per_s / lean.run.payments_per_s,
        "client_us": ours.us.client,
        "api_us": ours.us.api,
        "worker_us": ours.us.worker,
        "postgres_us": ours.us.postgres,
        **from_pgbench("limit", limit),
        **from_pgbench("lean", lean),
        **from_pgbench("lean_set", lean_set),
        "by_code": trial.by_code,
        "refused": trial.refused,
        "webhooks": trial.webhooks,
        "owed": trial.owed,
    }


def _over_http(bench: _Bench, seconds: int) -> Trial:
    """One round of tills: measured anew while too many are refused, and then the one that was
    refused least."""
    with bench.served.working():
        return best_of(lambda: _try(bench, seconds))


def best_of(attempt: Callable[[], Trial]) -> Trial:
    """The first of `TRIES` that was hardly refused, or the one that was refused least.

    Raises:
        NothingPaidError: when nothing was paid in any of them.
    """
    trials = []
    for _ in range(TRIES):
        with suppress(NothingPaidError):
            trials.append(attempt())
            if trials[-1].share_refused <= MOST_REFUSED:
                break
    if not trials:
        raise NothingPaidError
    return min(trials, key=lambda trial: trial.share_refused)


def _try(bench: _Bench, seconds: int) -> Trial:
    planned = bench.requests.plan(FASTEST * seconds)
    tills = [sent(planned)] * bench.clients
    came = len(bench.receivers.bodies)
    before = bench.hindered.total()
    found = measured(
        lambda: measure_http(bench.served.port, tills, seconds, hindered=bench.hindered)
    )
    refused = bench.hindered.total() - before
    return Trial(
        found,
        refused,
        sum(each.is_code for each in planned[: found.run.payments + refused]),
        len(bench.receivers.bodies) - came,
        bench.served.owed(),
    )
