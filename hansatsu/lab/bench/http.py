"""`hansatsu bench http`: payments at the API, the whole way, half by pay codes, half by cards."""

from statistics import median

from hansatsu.lab.bench.figures import middle
from hansatsu.lab.bench.http_load import measure_http
from hansatsu.lab.bench.http_town import (
    LOT,
    PAYMENTS_A_WALLET,
    HttpTown,
    card_request,
    code_request,
    served_town,
)
from hansatsu.lab.bench.processors import Spent, spent

WARM_UP = 3
"""Seconds, at the most: no longer than a round."""

FASTEST = 9_000
"""Payments a second that no machine of this kind will pass: for how many wallets to make."""

NEWEST = 1
"""The newest step that is used is so far ahead of the clock: a round may take half a minute."""


def bench_http(seconds: int, clients: int, processes: int, rounds: int) -> dict[str, float]:
    """Medians of so many rounds against API processes on a database of their own. `…_us` are
    microseconds of processor time a payment: of the tills that measure, of the API's processes,
    and of PostgreSQL."""
    sizes = [min(WARM_UP, seconds), *[seconds] * rounds]
    shares = [-(-FASTEST * each // (2 * PAYMENTS_A_WALLET * clients)) * clients for each in sizes]
    runs = []
    costs: list[Spent] = []
    begin = 0
    with served_town(clients, sum(shares), LOT, processes) as served:
        for size, share in zip(sizes, shares, strict=True):
            served.settle()
            tills = _requests(served.town, begin, share)
            before = spent()
            run = measure_http(served.port, tills, size)
            runs.append(run)
            costs.append(spent().since(before, run.payments))
            begin += share
    run = middle(runs[1:])
    return {
        "payments_per_s": round(run.payments_per_s),
        "p50_ms": round(run.p50_ms, 2),
        "p99_ms": round(run.p99_ms, 2),
        "clients": clients,
        "processes": processes,
        "client_us": round(median(each.client for each in costs[1:])),
        "api_us": round(median(each.api for each in costs[1:])),
        "postgres_us": round(median(each.postgres for each in costs[1:])),
    }


def _requests(town: HttpTown, begin: int, share: int) -> list[list[bytes]]:
    """For each till the bytes to send: codes of its own residents, whose steps must go up, and its
    own cards, in turns."""
    from hansatsu.formats.qr.pay_code import step_of
    from hansatsu.parties import clock

    newest = step_of(clock.now()) + NEWEST
    steps = range(newest - PAYMENTS_A_WALLET + 1, newest + 1)
    clients = len(town.keys)
    return [
        [
            request
            for step in steps
            for device, card in zip(
                town.devices[begin + place : begin + share : clients],
                town.cards[begin + place : begin + share : clients],
                strict=True,
            )
            for request in (code_request(key, device, step), card_request(key, card))
        ]
        for place, key in enumerate(town.keys)
    ]
