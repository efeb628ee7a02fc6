"""Where the time goes: processor time of client, pgbench, API, worker and PostgreSQL, in this
process's family; and what the API holds in memory."""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass

import psutil

from hansatsu.lab.bench.figures import Run

API = "hansatsu.processes.child api"
WORKER = "hansatsu.processes.child worker"


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of processor time. ``pgbench`` are all children of this process that have ended, and
    while one measures no others end."""

    client: float
    pgbench: float
    api: float
    worker: float
    postgres: float

    def since(self, before: "Spent", payments: float) -> "Spent":
        """What was spent since then, in microseconds a payment."""
        pairs = zip(astuple(self), astuple(before), strict=True)
        return Spent(*((now - then) * 1_000_000 / payments for now, then in pairs))


@dataclass(frozen=True, slots=True)
class Measured:
    """A run and what a payment took of each part, in microseconds."""

    run: Run
    us: Spent


def measured(measure: Callable[[], Run]) -> Measured:
    """Run it, and look at the processors before and after."""
    before = spent()
    run = measure()
    return Measured(run, spent().since(before, run.payments))


def from_pgbench(name: str, of: Measured) -> dict[str, float]:
    """The figures of what a payment by pgbench took of PostgreSQL and of pgbench."""
    return {f"{name}_postgres_us": of.us.postgres, f"{name}_pgbench_us": of.us.pgbench}


def spent() -> Spent:
    """By this process, the API's processes, the worker and PostgreSQL's so far."""
    ended = os.times()
    api = worker = postgres = 0.0
    for process, command in _family():
        try:
            if API in command:
                api += _seconds(process)
            elif WORKER in command:
                worker += _seconds(process)
            elif "/postgres " in command:
                postgres += _server_seconds(process)
        except psutil.Error:
            continue  # it has ended meanwhile
    return Spent(
        time.process_time(), ended.children_user + ended.children_system, api, worker, postgres
    )


def api_memory() -> int:
    """Bytes that the API's processes hold resident."""
    return sum(int(each.memory_info().rss) for each, command in _family() if API in command)


def _family() -> Iterator[tuple[psutil.Process, str]]:
    for process in psutil.Process().children(recursive=True):
        try:
            yield process, " ".join(process.cmdline())
        except psutil.Error:
            continue  # it has ended meanwhile


def _server_seconds(postmaster: psutil.Process) -> float:
    """Of a server and its backends, those that have ended too: the postmaster has their sum. Looked
    at anew when one ended between the looks."""
    while True:
        backends = postmaster.children()
        try:
            living = sum(_seconds(each) for each in backends)
        except psutil.NoSuchProcess:
            continue
        times = postmaster.cpu_times()
        if postmaster.children() == backends:
            own = times.user + times.system + times.children_user + times.children_system
            return float(living + own)


def _seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
