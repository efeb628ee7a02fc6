"""The worker process: mails, sweeps and whatever else need not be done while someone waits."""

import os

import psycopg

from hansatsu.config import environment
from hansatsu.processes.guard import refuse_other_birth, refuse_strong_role

LOCK_TIMEOUT = "10s"
"""Nobody waits for the worker, and what it gives up it does again."""


def main() -> None:
    """Work until told to stop."""
    os.environ[environment.LOCK_TIMEOUT] = LOCK_TIMEOUT
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        refuse_strong_role(connection)
        refuse_other_birth(connection)

    import django

    django.setup()
    from hansatsu.messages.relay.worker import run

    run()
