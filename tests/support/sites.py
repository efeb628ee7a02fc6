"""The site as processes, on the test database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hansatsu.database.server import EmbeddedServer
from hansatsu.processes import pages
from hansatsu.processes.answering import is_ready
from hansatsu.processes.supervisor import Child, Supervisor
from tests.support.waiting import wait_until


@dataclass(frozen=True, slots=True)
class Site:
    """A running site.

    ``children`` are its processes by name (``inbox``, ``worker``, ``pages``), for tests that
    kill one; ``logs`` is the folder with what they say.
    """

    url: str
    port: int
    children: dict[str, Child]
    logs: Path


@contextmanager
def running_site(server: EmbeddedServer, environment: dict[str, str], port: int) -> Iterator[Site]:
    """Run inbox, worker and pages until the end of the ``with``."""
    logs = server.home / "logs"
    logs.mkdir(exist_ok=True)
    page_settings = pages.settings("127.0.0.1", port, 1)
    environments = {
        "inbox": environment,
        "worker": environment,
        "pages": environment | page_settings,
    }
    children = {
        name: Child(name, surroundings, logs / f"{name}.log")
        for name, surroundings in environments.items()
    }
    supervisor = Supervisor(print)
    try:
        for child in children.values():
            supervisor.start(child)
        wait_until(lambda: _is_ready_or_dead(port, children), seconds=60, what="the site")
        assert is_ready(port), _said(logs)
        yield Site(f"http://localhost:{port}", port, children, logs)
    finally:
        supervisor.stop()


def _is_ready_or_dead(port: int, children: dict[str, Child]) -> bool:
    dead = any(child.process and child.process.poll() is not None for child in children.values())
    return dead or is_ready(port)


def _said(logs: Path) -> str:
    return "\n".join(f"{log.name}:\n{log.read_text()[-3000:]}" for log in sorted(logs.iterdir()))
