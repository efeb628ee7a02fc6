"""The processes of ``hansatsu serve``."""

import contextlib
import os
from collections.abc import Mapping

import click

from hansatsu.processes import api, pages, ports
from hansatsu.processes.answering import answers
from hansatsu.processes.stop_signal import StopWish
from hansatsu.processes.supervisor import Child, Supervisor
from hansatsu.system.parent import DIE_WITH_PARENT

GLANCE = 0.3
"""Seconds between two looks at the processes."""


def run(host: str, port: int, page_processes: int, api_port: int, api_processes: int) -> None:
    """Serve pages and API until SIGTERM or SIGINT; then finish what is being answered.

    Raises:
        hansatsu.processes.ports.PortTakenError: when a port is taken.
    """
    ports.check_free(port, "PORT")
    if api_processes:
        ports.check_free(api_port, "API_PORT")
    stop = StopWish()
    supervisor = Supervisor(tell)
    try:
        supervisor.start(Child("pages", _environment(pages.settings(host, port, page_processes))))
        for _ in range(api_processes):
            api_settings = api.settings(host, api_port, os.environ.get(api.URL, ""))
            supervisor.start(Child("api", _environment(api_settings)))
        is_told = False
        while not stop.wait(GLANCE):
            supervisor.look_after()
            if not is_told and answers(port):
                is_told = True
                tell(f"Hansatsu is ready: {os.environ['SITE_URL'].rstrip('/')}/console/")
    finally:
        supervisor.stop()


def tell(sentence: str) -> None:
    """Say something on the terminal, if there still is one."""
    with contextlib.suppress(OSError):
        click.echo(sentence)


def _environment(settings: Mapping[str, str]) -> dict[str, str]:
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name not in {"MIGRATE_DATABASE_URL", "CLOCK_DATABASE_URL"}
    }
    return inherited | dict(settings) | {DIE_WITH_PARENT: "1"}
