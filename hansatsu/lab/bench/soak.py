"""`hansatsu bench soak`: tills pay at the API for a long time, while its memory is watched."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

from hansatsu.lab.bench.figures import middle
from hansatsu.lab.bench.http_load import measure_http
from hansatsu.lab.bench.http_requests import card_request, code_request
from hansatsu.lab.bench.http_served import served_town
from hansatsu.lab.bench.http_town import HttpTown
from hansatsu.lab.bench.processors import api_memory

WALLETS = 40_000
"""Half of devices, half of cards."""

WARM_UP = 2
"""Rounds after which caches are full and memory is compared."""

ROUND = 60
"""Seconds between two looks at the memory."""


def bench_soak(minutes: int, clients: int) -> dict[str, float]:
    """Pay for some minutes (3 at the least). ``first_mb`` and ``last_mb`` are what the API's
    process holds in memory after two minutes and at the end; ``most_mb`` the most in between.
    ``refused`` are answers that were no payments."""
    runs = []
    memory = []
    hindered: Counter[str] = Counter()
    with served_town(clients, WALLETS, processes=1) as served:
        served.settle()
        tills = [_requests(served.town, place) for place in range(clients)]
        for _ in range(max(minutes, WARM_UP + 1)):
            runs.append(measure_http(served.port, tills, ROUND, hindered=hindered))
            memory.append(api_memory() / 2**20)
    run = middle(runs)
    return {
        "minutes": len(runs),
        "payments": sum(each.payments for each in runs),
        "refused": hindered.total(),
        "payments_per_s": round(run.payments_per_s),
        "p99_ms": round(run.p99_ms, 2),
        "first_mb": round(memory[WARM_UP - 1], 1),
        "last_mb": round(memory[-1], 1),
        "most_mb": round(max(memory), 1),
    }


def _requests(town: HttpTown, place: int) -> Iterator[bytes]:
    """What a till sends, without end: a pay code of each of its residents in turn, and a card
    after each; cards alone while a resident's next code has not come. The clock of a database
    born live is the machine's."""
    from hansatsu.formats.qr.pay_code import step_of

    clients = len(town.keys)
    key = town.keys[place]
    mine = list(zip(town.devices[place::clients], town.cards[place::clients], strict=True))
    used = dict.fromkeys(range(len(mine)), 0)
    while True:
        for each, (device, card) in enumerate(mine):
            step = step_of(datetime.now(UTC))
            if step > used[each]:
                used[each] = step
                yield code_request(key, device, step)
            yield card_request(key, card)
