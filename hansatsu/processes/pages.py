"""The page server: Django under granian, in as many processes as asked for."""

import os

import psycopg
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from hansatsu.config import environment
from hansatsu.config.entrance import CONNECTIONS
from hansatsu.processes.guard import refuse_strong_role

HOST = "PAGES_HOST"
PORT = "PAGES_PORT"
PROCESSES = "PAGES_PROCESSES"

STOPPING_PATIENCE = 10
"""Seconds a page process gets to finish what it is answering."""


def main() -> None:
    """Serve until told to stop. Host, port and processes come from the environment."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        refuse_strong_role(connection)
    Server(
        "hansatsu.config.rsgi:application",
        address=os.environ.get(HOST, "127.0.0.1"),
        port=environment.number(PORT, 8000),
        interface=Interfaces.RSGI,
        workers=environment.number(PROCESSES, 2),
        respawn_failed_workers=True,
        workers_kill_timeout=STOPPING_PATIENCE,
        backpressure=CONNECTIONS,
        log_level=LogLevels.warning,
        websockets=False,
    ).serve()


def settings(host: str, port: int, processes: int) -> dict[str, str]:
    """The environment variables that ``main`` reads."""
    return {HOST: host, PORT: str(port), PROCESSES: str(processes)}
