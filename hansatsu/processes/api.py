"""An API process: django-bolt on a port that several of them share (SO_REUSEPORT)."""

import gc
import logging
import os
from typing import Any

import psycopg

from hansatsu.config import environment
from hansatsu.processes.guard import refuse_strong_role

HOST = "API_HOST"
PORT = "API_PORT"
URL = "API_URL"

STOPPING_PATIENCE = 15
"""Seconds a process gets to answer what it has accepted."""

KEEP_ALIVE = 75
"""Seconds that a connection may be idle: longer than a proxy in front keeps it."""

BACKLOG = 1024

LOCK_TIMEOUT = "1s"
"""A till waits for the answer, and a call that hangs holds one of few threads."""

COLLECT_AFTER = 50_000
"""New objects until the collector looks for cycles among them."""


def main() -> None:
    """Serve until told to stop. Host, port and address come from the environment."""
    url = os.environ["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as connection:
        refuse_strong_role(connection)
    os.environ[environment.LOCK_TIMEOUT] = LOCK_TIMEOUT
    # Its core, in Rust, reads these.
    os.environ["DJANGO_BOLT_REUSE_PORT"] = "1"
    os.environ["DJANGO_BOLT_SHUTDOWN_TIMEOUT"] = str(STOPPING_PATIENCE)

    import django

    django.setup()
    logging.getLogger("django.server").setLevel(logging.CRITICAL)  # each call has its line of ours

    from django.conf import settings
    from django_bolt import BoltAPI
    from django_bolt.management.commands.runbolt import Command

    from hansatsu.web.api.application import make_api

    api = make_api(url, os.environ.get(URL) or settings.SITE_URL)

    class Server(Command):  # type: ignore[misc] # it has no types
        """The framework's own server, of our API alone: no admin, no search for other APIs."""

        def autodiscover_apis(self) -> list[tuple[str, BoltAPI]]:
            return [("hansatsu", api)]

    options: dict[str, Any] = {
        "host": os.environ.get(HOST, "127.0.0.1"),
        "port": environment.number(PORT, 8001),
        "workers": 1,
        "backlog": BACKLOG,
        "keep_alive": KEEP_ALIVE,
        "no_admin": True,
    }
    _spare_the_collector()
    Server().start_single_process(options, process_id=0)


def _spare_the_collector() -> None:
    """Leave what is there for good out of collections, and have fewer of them: an answer makes
    hardly any cycles, and looking for them took a quarter of this process's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER)


def settings(host: str, port: int, url: str = "") -> dict[str, str]:
    """The environment variables that ``main`` reads. ``url`` is the address that the document
    names; empty for the site's."""
    return {HOST: host, PORT: str(port), URL: url}
