"""Bringing the database to what the code expects, as its owner."""

import os

import psycopg

from hansatsu.database.errors import DatabaseError
from hansatsu.database.waiting import FOR_EVER, with_waits
from hansatsu.processes.grants import grant
from hansatsu.processes.guard import refuse_other_collation


def migrate() -> None:
    """Apply all migrations, then lay the grants.

    Works on ``MIGRATE_DATABASE_URL``, and must be the first in this process to load Django.

    Raises:
        DatabaseError: when the variable is missing.
    """
    owner_url = os.environ.get("MIGRATE_DATABASE_URL")
    if not owner_url:
        raise DatabaseError(
            "Set MIGRATE_DATABASE_URL (the database, as its owner hansatsu_owner) to migrate it."
        )
    with psycopg.connect(owner_url, autocommit=True) as connection:
        refuse_other_collation(connection)
    os.environ["DATABASE_URL"] = with_waits(owner_url, FOR_EVER)
    os.environ.setdefault("HANSATSU_BIRTH", "live")

    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    with psycopg.connect(owner_url, autocommit=True) as connection:
        grant(connection)
