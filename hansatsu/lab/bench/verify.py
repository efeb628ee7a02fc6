"""`hansatsu bench verify`: how long large books take to be verified, and in how much memory."""

import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import psutil
import psycopg
from psycopg import Connection

from hansatsu.database.urls import SUPERUSER
from hansatsu.lab.bench.processors import Spent, spent
from hansatsu.lab.bench.town import Town, throwaway_town
from hansatsu.lab.bench.verify_books import fill
from hansatsu.ledger import api as ledger

GLANCE = 0.05
"""Seconds between two looks at the processes."""

SLOWEST = 5
"""How many checks are named, those that took longest."""

_MEGABYTE = 2**20


@dataclass(slots=True)
class Watched:
    """What was seen of a verification: the most memory of the command and of any backend of its
    database, in bytes, and the seconds that each check's query ran, by glances."""

    client: int = 0
    backend: int = 0
    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))


def bench_verify(entries: int) -> dict[str, Any]:
    """Books of about so many entries, and `hansatsu verify` on them in a process of its own.

    `processor_s` is what the command and PostgreSQL took of the processors: on a busy machine the
    command waits for them longer than that. `postgres_mb` is what one backend holds for itself,
    beside the memory that all of them share.

    Raises:
        RuntimeError: when the books do not hold, or were not made.
    """
    with throwaway_town() as town:
        fill(town, entries)
        before, started = spent(), time.perf_counter()
        found, watched = _verify(town)
        seconds, after = time.perf_counter() - started, spent()
    return {
        "entries": found["entries"],
        "seconds": round(seconds, 2),
        "processor_s": round(_processors(after) - _processors(before), 2),
        "entries_per_s": round(found["entries"] / seconds),
        "client_mb": round(watched.client / _MEGABYTE, 1),
        "postgres_mb": round(watched.backend / _MEGABYTE, 1),
        "slowest": {name: round(watched.seconds[name], 2) for name in _slowest(watched)},
    }


def _processors(so_far: Spent) -> float:
    """Seconds by the command, once it has ended, and by PostgreSQL."""
    return so_far.pgbench + so_far.postgres


def _slowest(watched: Watched) -> list[str]:
    return sorted(watched.seconds, key=lambda name: -watched.seconds[name])[:SLOWEST]


def _verify(town: Town) -> tuple[dict[str, Any], Watched]:
    """Run the command, and look at it until it has ended."""
    watched = Watched()
    superuser_url = town.server.url_of(SUPERUSER, town.database)
    with (
        psycopg.connect(superuser_url, dbname="postgres", autocommit=True) as glances,
        subprocess.Popen(
            [sys.executable, "-m", "hansatsu.cli", "verify", "--json"],
            env=os.environ | {"DATABASE_URL": town.app_url},
            stdout=subprocess.PIPE,
        ) as command,
    ):
        before = time.perf_counter()
        while command.poll() is None:
            time.sleep(GLANCE)
            now = time.perf_counter()
            _look(watched, command.pid, glances, town.database, now - before)
            before = now
        said = command.stdout.read() if command.stdout else b""
    if command.returncode != 0:
        raise RuntimeError("The benchmark's books could not be verified: see above.")
    return json.loads(said), watched


def _look(
    watched: Watched,
    command: int,
    glances: Connection[tuple[Any, ...]],
    database: str,
    passed: float,
) -> None:
    """A glance at the command and at what works for its database; the last was `passed` seconds
    ago."""
    watched.client = max(watched.client, _held(command, shared=True))
    rows = glances.execute(
        "select pid, query, backend_type from pg_stat_activity"
        " where datname = %s and state = 'active'",
        [database],
    ).fetchall()
    for pid, query, kind in rows:
        watched.backend = max(watched.backend, _held(pid, shared=False))
        if kind == "client backend":
            watched.seconds[_check_of(query)] += passed


def _held(pid: int, *, shared: bool) -> int:
    """Bytes that a process holds resident; none when it has ended meanwhile."""
    try:
        memory = psutil.Process(pid).memory_info()
    except psutil.Error:
        return 0
    return int(memory.rss if shared else memory.rss - memory.shared)


def _check_of(query: str) -> str:
    """The check whose query this is: it begins with what the check says of itself."""
    return _beginnings().get(query.partition("\n")[0], "counting")


@cache
def _beginnings() -> dict[str, str]:
    """The first line of each check, and its name."""
    return {
        path.read_text(encoding="utf-8").partition("\n")[0]: path.stem
        for path in ledger.checks_in_order()
    }
