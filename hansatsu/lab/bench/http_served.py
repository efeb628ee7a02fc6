"""API processes and a worker in front of a town of their own, for tills to pay at."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from hansatsu.database.server import EmbeddedServer, throwaway_server
from hansatsu.lab.bench.http_town import HttpTown, make_town
from hansatsu.lab.bench.receivers import Receivers
from hansatsu.lab.bench.town import memory
from hansatsu.ledger import api as ledger
from hansatsu.processes import api, environments
from hansatsu.processes.answering import answers
from hansatsu.processes.ports import free_port
from hansatsu.processes.supervisor import Child, spawn

UNLIMITED = "1000000"
"""Calls a minute of each key: more than are measured."""

OWN_MACHINE = "127.0.0.0/8"
"""Where the shop's server is."""

AT_ONCE = 10_000
"""Entries that are taken in one statement, where nothing is to be told of them."""

PATIENCE = 60.0
"""Seconds for a process to get ready."""

_GLANCE = 0.05


@dataclass(frozen=True, slots=True)
class ServedTown:
    """A town and the port at which API processes serve it."""

    town: HttpTown
    server: EmbeddedServer
    port: int
    environment: dict[str, str]

    @property
    def superuser_url(self) -> str:
        """Its database's address, for statistics and checkpoints."""
        return self.server.superuser_url

    def owed(self) -> int:
        """Entries that the relay has not taken."""
        with psycopg.connect(self.server.app_url, autocommit=True) as connection:
            row = connection.execute("select count(*) from ledger.outbox").fetchone()
        assert row is not None
        return int(row[0])

    def settle(self) -> None:
        """No message that is still owed, statistics and a checkpoint, so that every round starts
        from the same ground."""
        with psycopg.connect(self.server.app_url, autocommit=True) as connection:
            while ledger.take_outbox(connection, AT_ONCE):
                pass
        with psycopg.connect(self.superuser_url, autocommit=True) as connection:
            connection.execute("vacuum analyze")
            connection.execute("checkpoint")

    def tell(self, receivers: Receivers, place: int) -> None:
        """Have the payments of the shop of that place told to a server of its own."""
        from hansatsu.messages.webhooks.services import open_endpoint
        from hansatsu.parties.shops.models import Shop

        self.environment["SSL_CERT_FILE"] = str(receivers.certificate)
        shop = Shop.objects.get(pk=self.town.shops[place])
        opened = open_endpoint(
            shop, made_by="bench", key="1", url=receivers.urls[0], events=["payment.paid"]
        )
        if opened.endpoint is None:
            raise RuntimeError("The benchmark could not make its webhook endpoint.")

    @contextmanager
    def working(self) -> Iterator[None]:
        """The worker at work: relay, webhooks and all else that it does, once it has done what the
        clock had for it while it was away."""
        worker = Child("worker", self.environment, self.server.home / "worker.log")
        with psycopg.connect(self.superuser_url, autocommit=True) as connection:
            before = _newest_worker(connection)
            worker.start()
            try:
                _wait_for(lambda: _newest_worker(connection) > before, "worker")
                _wait_for(lambda: _has_clock(connection) and not _jobs(connection), "clock")
                yield
            finally:
                worker.stop()


@contextmanager
def served_town(shops: int, wallets: int, processes: int) -> Iterator[ServedTown]:
    """A town on a server of its own, and API processes in front of it.

    Args:
        shops: with a till each.
        wallets: half of devices, half of cards.
        processes: of the API.
    """
    with throwaway_server("live", settings={"shared_buffers": memory()}) as server:
        environment = environments.maintenance(
            server, site_url=environments.NO_SITE, email_url=environments.NO_MAIL
        )
        if spawn("migrate", environment).wait() != 0:
            raise RuntimeError("The benchmark's database could not be migrated: see above.")
        environment |= {"WEBHOOK_NETWORKS": OWN_MACHINE}
        os.environ |= environment | {"DATABASE_URL": server.app_url}
        import django

        django.setup()
        town = make_town(shops, wallets // 2)
        port = free_port()
        settings = api.settings("127.0.0.1", port) | {"API_RATE": UNLIMITED}
        logs = server.home / "api.log"
        children = [Child("api", environment | settings, logs) for _ in range(processes)]
        try:
            for child in children:
                child.start()
            _wait_for(lambda: answers(port), "API")
            yield ServedTown(town, server, port, environment)
        finally:
            for child in children:
                child.stop()


def _newest_worker(connection: psycopg.Connection) -> int:
    row = connection.execute("select coalesce(max(id), 0) from procrastinate_workers").fetchone()
    assert row is not None
    return int(row[0])


def _has_clock(connection: psycopg.Connection) -> bool:
    """True when a worker has looked for jobs that come round by the clock."""
    row = connection.execute("select exists (select from procrastinate_periodic_defers)").fetchone()
    assert row is not None
    return bool(row[0])


def _jobs(connection: psycopg.Connection) -> int:
    """How many are due or under way."""
    row = connection.execute(
        "select count(*) from procrastinate_jobs"
        " where status = 'doing' or status = 'todo' and coalesce(scheduled_at, now()) <= now()"
    ).fetchone()
    assert row is not None
    return int(row[0])


def _wait_for(is_ready: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_ready():
        if time.monotonic() > deadline:
            raise RuntimeError(f"The {what} does not get ready.")
        time.sleep(_GLANCE)
