"""`hansatsu bench pages`: what people wait for, residents at their pages, staff at long lists."""

import itertools
import time
from dataclasses import dataclass, replace
from statistics import median

from hansatsu.lab.bench.console_rows import write_rows
from hansatsu.lab.bench.figures import Run, middle
from hansatsu.lab.bench.http_load import measure_http
from hansatsu.lab.bench.pages_books import fill_books
from hansatsu.lab.bench.pages_town import CODE, MANY, PagedTown, paged_town
from hansatsu.lab.bench.processors import spent

WARM_UP = 2
"""Seconds, at the most: no longer than a round."""
LOOKS = 5
"""At each list of the console; their median counts."""
SHOWN = "200"
REACHED = 10_000
"""Rows of a list that its pages lead to, 50 a page (ADR 0254)."""

LISTS = {
    "orders": "order/",
    "orders_late": "order/?p={last}",
    "orders_by_number": "order/?q=100000000077",
    "orders_of_resident": "order/?q=row77",
    "orders_failed": "order/?state=failed",
    "purchase_codes": "purchasecode/",
    "purchase_codes_by_end": "purchasecode/?q=AB12",
    "gift_codes": "giftcode/",
    "cards": "card/",
    "cards_by_end": "card/?q=AB12",
    "shops": "shop/",
    "mails": "mail/",
    "mails_to": "mail/?q=row77@bench.example.jp",
    "mails_bounced": "mail/?state=bounced",
    "record": "auditentry/",
    "record_of_act": "auditentry/?act=freeze",
    "record_of_shop": "auditentry/?about=shop:7",
    "home": "",
}
"""What of the console is looked at, by the figure's name: each address below ``/console/``, with
``{last}`` for the last page that can be opened."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Microseconds of processor time a page: of the pages' process, and of PostgreSQL."""

    pages: float
    postgres: float


def bench_pages(
    seconds: float, clients: int, rows: int, rounds: int, lots: int = 0
) -> dict[str, float]:
    """Residents who look at their pages at once, each over one connection, beside others who hold
    ``lots`` lots; then a clerk who looks at the console's lists, of ``rows`` rows each.

    ``…_per_core`` is how many pages a second the pages' process makes of one core's time, by its
    processor time; PostgreSQL's stands beside it. ``many_lots_…`` are of a balance of
    ``MANY`` lots. ``p50_ms`` and ``p99_ms`` are of the top page; ``console_…_ms`` is one look,
    everything on the server in it.
    """
    with paged_town(clients) as town:
        fill_books(town.superuser_url, town.issuer_id, lots)
        town.settle()
        run, cost = _measure(town, "", seconds, rounds)
        _, history = _measure(town, "history/", seconds, rounds)
        _, balance = _measure(town, "balance/", seconds, rounds)
        saver = replace(town, residents=[town.saver])
        _, many = _measure(saver, "balance/", seconds, rounds)
        figures = {
            "pages_per_s": round(run.payments_per_s),
            "pages_per_core": round(1_000_000 / cost.pages),
            "p50_ms": round(run.p50_ms, 2),
            "p99_ms": round(run.p99_ms, 2),
            "clients": clients,
            "pages_us": round(cost.pages),
            "postgres_us": round(cost.postgres),
            "history_pages_per_core": round(1_000_000 / history.pages),
            "history_postgres_us": round(history.postgres),
            "balance_pages_per_core": round(1_000_000 / balance.pages),
            "balance_postgres_us": round(balance.postgres),
            "many_lots": MANY,
            "many_lots_pages_us": round(many.pages),
            "many_lots_postgres_us": round(many.postgres),
            "lots": lots,
        }
        if rows:
            write_rows(town.superuser_url, town.issuer_id, rows)
            town.settle()
            last = max(1, min(rows, REACHED) // 50)
            looks = {
                f"console_{name}_ms": _look(town, address.format(last=last))
                for name, address in LISTS.items()
            }
            figures |= {"rows": rows, **looks}
        return figures


def _measure(town: PagedTown, page: str, seconds: float, rounds: int) -> tuple[Run, Cost]:
    """The medians of so many rounds at one page."""
    requests = [itertools.repeat(_request(town, f"/{CODE}/{page}", who)) for who in town.residents]
    measure_http(town.port, requests, min(WARM_UP, seconds), SHOWN)
    runs, costs = [], []
    for _ in range(rounds):
        before, postgres = town.pages_seconds(), spent()
        run = measure_http(town.port, requests, seconds, SHOWN)
        each = 1_000_000 / run.payments
        of_postgres = spent().since(postgres, run.payments).postgres
        costs.append(Cost((town.pages_seconds() - before) * each, of_postgres))
        runs.append(run)
    return middle(runs), Cost(
        median(each.pages for each in costs), median(each.postgres for each in costs)
    )


def _look(town: PagedTown, address: str) -> float:
    """Milliseconds of a look at a list of the console, after one that warms it up."""
    request = _request(town, f"/console/{address}", town.clerk)
    times = []
    for _ in range(LOOKS + 1):
        started = time.perf_counter()
        measure_http(town.port, [iter([request])], 0, SHOWN)
        times.append(time.perf_counter() - started)
    return round(median(times[1:]) * 1000, 1)


def _request(town: PagedTown, address: str, cookie: str) -> bytes:
    return (
        f"GET {address} HTTP/1.1\r\nHost: localhost:{town.port}\r\nCookie: {cookie}\r\n\r\n"
    ).encode()
