"""`hansatsu torture`: a town of real processes, killed again and again while tills pay."""

import contextlib
import os
import random
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from hansatsu.database.errors import DatabaseError
from hansatsu.database.server import EmbeddedServer, throwaway_server
from hansatsu.lab.crash.journal import Journal
from hansatsu.lab.crash.receiver import Receiver
from hansatsu.lab.crash.tills import Till
from hansatsu.lab.crash.verifying import examine
from hansatsu.processes import api, environments
from hansatsu.processes.answering import answers
from hansatsu.processes.ports import free_port
from hansatsu.processes.supervisor import Child, spawn

API_PROCESSES = 2
GLANCE = 0.1
KILLS_A_SECOND = 0.5
DATABASE_SHARE = 0.25
"""Of all kills; the others are of API processes and the worker."""

RECOVERY = 60.0
"""Seconds in which the last requests are answered after the end. A webhook counts as missing when
for as long none has come that was still owed."""


def torture(seconds: int, clients: int, *, kill: bool) -> dict[str, Any]:
    """Run a town for ``seconds`` with so many ``clients``, and compare with its books.

    Raises:
        DatabaseError: when the town cannot be set up.
    """
    with throwaway_server("test") as server, Receiver() as receiver:
        environment = environments.maintenance(server, environments.NO_SITE, environments.NO_MAIL)
        if spawn("migrate", environment).wait() != 0:
            raise DatabaseError("The town's database could not be migrated: see above.")
        os.environ |= environment

        import django

        django.setup()
        from hansatsu.lab.crash import town

        shop = town.make_shop()
        receiver.secret = town.make_endpoint(shop, receiver.url)
        keys = [town.make_till(shop, f"till {place}") for place in range(clients)]
        journal = Journal()
        with _Processes(server) as processes:
            killed = _work(processes, receiver, journal, keys, seconds, kill=kill)
            processes.look_after()
            told = {each.number for each in journal.payments}
            told |= {each.number for each in journal.refunds}
            _await_webhooks(told, receiver, processes)
        close_connections()
        with psycopg.connect(server.app_url, autocommit=True) as connection:
            found = examine(connection, journal, town.wallets_of(shop.issuer, journal))
        return {
            "acknowledged": journal.acknowledged,
            "retried": journal.retried,
            "lost": found.lost,
            "doubled": found.doubled,
            "negative": found.negative,
            "verify_ok": found.verify_ok,
            "payments": len(journal.payments),
            "refunds": len(journal.refunds),
            "charges": len(journal.charges),
            "cancelled": len(journal.cancelled),
            "refused": journal.refused,
            "killed": killed,
            "webhooks": len(told & receiver.told),
            "webhooks_missing": len(told - receiver.told),
            "webhooks_forged": receiver.forged,
        }


def held(figures: dict[str, Any]) -> bool:
    """True when every promise was kept, and there were promises."""
    zero = ("lost", "doubled", "negative", "webhooks_missing", "webhooks_forged")
    return (
        figures["payments"] > 0 and figures["verify_ok"] and not any(figures[name] for name in zero)
    )


def close_connections() -> None:
    """Give up what the pool holds: the server it was connected to was killed meanwhile."""
    from django.db import connection

    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]


class _Processes:
    """The API and the worker on ``server``, started again as soon as they end."""

    def __init__(self, server: EmbeddedServer) -> None:
        self.server = server
        self.port = free_port()
        environment = environments.application(server, environments.NO_SITE, environments.NO_MAIL)
        api_environment = environment | {"API_RATE": "5000"}
        api_environment |= api.settings("127.0.0.1", self.port)
        log = Path(server.home) / "processes.log"
        self.children = [Child("api", api_environment, log) for _ in range(API_PROCESSES)]
        self.children.append(Child("worker", environment, log))

    def __enter__(self) -> "_Processes":
        for child in self.children:
            child.start()
        if not _until(lambda: answers(self.port), RECOVERY):
            raise DatabaseError("The API does not start.")
        return self

    def __exit__(self, *_: object) -> None:
        for child in self.children:
            child.stop()

    def look_after(self) -> None:
        """Start again what has ended."""
        self.server.ensure_running()
        for child in self.children:
            if child.process is not None and child.process.poll() is not None:
                child.start()

    def kill_one(self) -> str:
        """SIGKILL the database server or a process; returns which."""
        if random.random() < DATABASE_SHARE and self.server.pid:  # noqa: S311
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.server.pid, signal.SIGKILL)
            return "database"
        victim = random.choice(self.children)  # noqa: S311
        if victim.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(victim.process.pid, signal.SIGKILL)
        return victim.name


def _work(
    processes: _Processes,
    receiver: Receiver,
    journal: Journal,
    keys: list[tuple[str, str]],
    seconds: int,
    *,
    kill: bool,
) -> dict[str, int]:
    """Let the tills pay for ``seconds``; returns how often what was killed."""
    stop = threading.Event()
    begun = time.monotonic()
    patience_ends = begun + seconds + RECOVERY
    threads = [
        threading.Thread(
            target=Till(processes.port, key, actor, journal, stop, patience_ends).run, daemon=True
        )
        for key, actor in keys
    ]
    for thread in threads:
        thread.start()
    killed = {"database": 0, "api": 0, "worker": 0}
    due = begun + min(1 / KILLS_A_SECOND, seconds / 3)
    # the main thread does it: what it starts ends with it
    while time.monotonic() < begun + seconds:
        receiver.down = 0.3 < (time.monotonic() - begun) / seconds < 0.6
        if kill and time.monotonic() > due:
            killed[processes.kill_one()] += 1
            due = time.monotonic() + random.uniform(0.5, 1.5) / KILLS_A_SECOND  # noqa: S311
        processes.look_after()
        time.sleep(GLANCE)
    receiver.down = False
    stop.set()
    _wait(lambda: not any(thread.is_alive() for thread in threads), processes)
    return killed


def _await_webhooks(told: set[str], receiver: Receiver, processes: _Processes) -> None:
    """Until the receiver has heard of all, or of nothing more for ``RECOVERY``."""

    def comes(owed: set[str]) -> bool:
        return _wait(lambda: not owed <= told - receiver.told, processes)

    while (owed := told - receiver.told) and comes(owed):
        pass


def _wait(condition: Callable[[], bool], processes: _Processes) -> bool:
    """True when it was met in time."""

    def met() -> bool:
        processes.look_after()
        return condition()

    return _until(met, RECOVERY)


def _until(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(GLANCE)
    return True
