"""Where the time goes: processor time of client, API and PostgreSQL, in this process's family; and
what the API holds in memory."""

from collections.abc import Iterator
from dataclasses import dataclass

import psutil

API = "hansatsu.processes.child api"


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of processor time."""

    client: float
    api: float
    postgres: float

    def since(self, before: "Spent", payments: float) -> "Spent":
        """What was spent since then, in microseconds a payment."""
        each = 1_000_000 / payments
        return Spent(
            (self.client - before.client) * each,
            (self.api - before.api) * each,
            (self.postgres - before.postgres) * each,
        )


def spent() -> Spent:
    """By this process, the API's processes and PostgreSQL's so far, of those that still run."""
    api = postgres = 0.0
    for process, command in _family():
        try:
            seconds = _seconds(process)
        except psutil.Error:
            continue  # it has ended meanwhile
        if API in command:
            api += seconds
        elif command.startswith("postgres") or "/postgres " in command:
            postgres += seconds
    return Spent(_seconds(psutil.Process()), api, postgres)


def api_memory() -> int:
    """Bytes that the API's processes hold resident."""
    return sum(int(each.memory_info().rss) for each, command in _family() if API in command)


def _family() -> Iterator[tuple[psutil.Process, str]]:
    for process in psutil.Process().children(recursive=True):
        try:
            yield process, " ".join(process.cmdline())
        except psutil.Error:
            continue  # it has ended meanwhile


def _seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
