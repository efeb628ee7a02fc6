"""Changing rows as somebody would who has the database's password."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.db import connection, transaction


@contextmanager
def changed(*statements: str) -> Iterator[None]:
    """By hand, and never for good."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
        yield
        transaction.set_rollback(True)


def found_by(
    check: Path, owner: psycopg.Connection, *statements: str, unguarded: Sequence[str] = ()
) -> list[str]:
    """What a check names once the owner of the database has changed rows, with the guards of the
    tables ``unguarded`` switched off; never for good."""
    with owner.transaction(force_rollback=True):
        for table in unguarded:
            owner.execute(f"alter table {table} disable trigger user".encode())
        for statement in statements:
            owner.execute(statement.encode())
        return [row[0] for row in owner.execute(check.read_bytes()).fetchall()]
