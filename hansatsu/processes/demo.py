"""The processes of ``hansatsu demo``: database, inbox, worker, pages and API of a town."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import psycopg

from hansatsu.database.errors import DatabaseError
from hansatsu.database.server import EmbeddedServer
from hansatsu.processes import api, environments, pages, ports, seeding
from hansatsu.processes.answering import HOST, answers, is_ready
from hansatsu.processes.guard import refuse_all_but_demo
from hansatsu.processes.serving import GLANCE, tell
from hansatsu.processes.source_watch import PROJECT, Changes
from hansatsu.processes.stop_signal import StopWish
from hansatsu.processes.supervisor import Child, Supervisor, end, spawn
from hansatsu.system.parent import Parent, die_with_parent_if_asked

PAGE_PROCESSES = 2

READY_PATIENCE = 120.0
"""Seconds until the pages must be ready."""


class Stopped(Exception):  # noqa: N818 (not an error: someone wants us to end)
    """We were told to stop while still getting ready."""


def run(port: int, api_port: int, *, reload: bool = False) -> None:
    """Run the demo town until told to stop; nothing of it is left afterwards.

    Args:
        port: where the pages listen, on this machine only.
        api_port: where the API listens, on this machine only.
        reload: start worker, pages and API again whenever a source file changes.

    Raises:
        hansatsu.processes.ports.PortTakenError: when a port is taken.
        DatabaseError: when the database cannot be used.
    """
    bound = die_with_parent_if_asked(signal.SIGTERM)
    stop = StopWish(Parent() if bound else None)
    server = EmbeddedServer(environments.home(), "demo", alone=True)
    ports.check_free(port, "PORT")
    ports.check_free(api_port, "API_PORT")
    supervisor = Supervisor(tell)
    try:
        server.start()
        _get_ready(server, supervisor, port, api_port, stop)
        tell(f"Hansatsu is ready: {_site(port)}/")
        changes = Changes() if reload else None
        while not stop.wait(GLANCE):
            server.ensure_running()
            supervisor.look_after()
            if changes is not None and changes.happened():
                _start_again(supervisor)
    except Stopped:
        pass
    finally:
        supervisor.stop()
        server.stop()


def _get_ready(
    server: EmbeddedServer, supervisor: Supervisor, port: int, api_port: int, stop: StopWish
) -> None:
    (server.home / "demo.json").unlink(missing_ok=True)
    with psycopg.connect(server.app_url, autocommit=True) as connection:
        refuse_all_but_demo(connection)
    email_url = f"smtp://{HOST}:{ports.free_port()}"
    logs = server.home / "logs"
    logs.mkdir(exist_ok=True)
    maintenance = environments.maintenance(server, _site(port), email_url)
    application = environments.application(server, _site(port), email_url)
    _complete("migrate", maintenance, stop)
    _complete("seed", maintenance | {api.PORT: str(api_port)}, stop)
    supervisor.start(Child("inbox", application, logs / "inbox.log"))
    supervisor.start(Child("worker", application, logs / "worker.log"))
    page_settings = pages.settings(HOST, port, PAGE_PROCESSES)
    supervisor.start(Child("pages", application | page_settings, logs / "pages.log"))
    api_settings = api.settings(HOST, api_port, f"http://localhost:{api_port}")
    supervisor.start(Child("api", application | api_settings, logs / "api.log"))
    _await_ready(lambda: is_ready(port), supervisor, stop, logs)
    _await_ready(lambda: answers(api_port), supervisor, stop, logs)
    seeding.draft(server.home).rename(server.home / "demo.json")


def _start_again(supervisor: Supervisor) -> None:
    """Run the changed code: what is built from it first, then the processes."""
    tell("Sources have changed; starting again.")
    for tool in ("build_frontend.py", "compile_messages.py"):
        subprocess.run([sys.executable, str(PROJECT / "tools" / tool)], check=False)
    supervisor.restart()


def _complete(name: str, environment: Mapping[str, str], stop: StopWish) -> None:
    """Run a process to its end.

    Raises:
        Stopped: when told to stop meanwhile.
        DatabaseError: when it fails; it has said why on the terminal.
    """
    process = spawn(name, environment)
    try:
        while process.poll() is None:
            if stop.wait(0.05):
                raise Stopped
    finally:
        end(process)
    if process.returncode != 0:
        raise DatabaseError(
            f"The demo could not {name} (see above): if its data are from another version, "
            "remove the folder HANSATSU_HOME (.hansatsu) and start again."
        )


def _await_ready(
    ready: Callable[[], bool], supervisor: Supervisor, stop: StopWish, logs: Path
) -> None:
    deadline = time.monotonic() + READY_PATIENCE
    while not ready():
        if stop.wait(0.1):
            raise Stopped
        supervisor.look_after()
        if time.monotonic() > deadline:
            raise DatabaseError(f"The demo does not get ready: look into {logs}.")


def _site(port: int) -> str:
    return f"http://localhost:{port}"
