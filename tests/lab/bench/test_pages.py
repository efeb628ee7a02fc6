"""`hansatsu bench pages` measures pages that people would see, and tells their figures."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import psycopg
import pytest
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler

from hansatsu.database.server import EmbeddedServer
from hansatsu.lab.bench import pages, pages_town
from hansatsu.lab.bench.pages_books import LOTS_A_WALLET
from hansatsu.lab.bench.pages_town import PagedTown, people_town

MANY = 30


class Quiet(WSGIRequestHandler):
    """Tells nothing of what it is asked."""

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def _served() -> Iterator[int]:
    """This process's pages; yields their port."""
    from hansatsu.config.wsgi import application

    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.set_app(application)  # type: ignore[arg-type] # as granian calls it
    thread = threading.Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def town(server: EmbeddedServer) -> Iterator[PagedTown]:
    with pytest.MonkeyPatch.context() as patch, _served() as port:
        patch.setattr(pages_town, "MANY", MANY)
        yield people_town(port, 1, os.getpid(), server.superuser_url)


@pytest.fixture(autouse=True)
def on_the_tests_database(town: PagedTown, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def this_town(residents: int) -> Iterator[PagedTown]:
        assert residents == 1
        yield town

    monkeypatch.setattr(pages, "paged_town", this_town)
    monkeypatch.setattr(PagedTown, "settle", lambda self: None)


def test_every_page_is_measured(town: PagedTown, server: EmbeddedServer) -> None:
    figures = pages.bench_pages(0, clients=1, rows=0, rounds=1, lots=3 * LOTS_A_WALLET)
    for name in ("pages_per_s", "p50_ms", "p99_ms"):
        assert figures[name] > 0, name
    assert figures["lots"] == 3 * LOTS_A_WALLET
    with psycopg.connect(server.superuser_url) as connection:
        (held,) = connection.execute(
            "select count(*) from ledger.lot where issuer_id = %s", [town.issuer_id]
        ).fetchone() or (0,)
    assert held == pages_town.LOTS + MANY + 3 * LOTS_A_WALLET


def test_a_page_that_is_not_shown_is_no_figure(town: PagedTown) -> None:
    stranger = replace(town, residents=["hansatsu_session=nobody"])
    with pytest.raises(RuntimeError, match="answered 303"):
        pages._measure(stranger, "balance/", 0, 1)


def test_the_clerk_reaches_every_list(town: PagedTown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "LOOKS", 1)
    for name, address in pages.LISTS.items():
        assert pages._look(town, address.format(last=1)) > 0, name
