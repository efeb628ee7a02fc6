"""What a page asks the database: every statement, those of the ledger and those past Django too."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import psycopg


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements that are executed meanwhile, in their order. The empty one, which a connection
    out of the pool is tried with, is none."""
    said: list[str] = []
    execute = psycopg.Cursor.execute

    def heard(cursor: psycopg.Cursor[Any], query: Any, *args: Any, **more: Any) -> Any:
        text = query.decode() if isinstance(query, bytes) else str(query)
        if text:
            said.append(" ".join(text.split()))
        return execute(cursor, query, *args, **more)

    with mock.patch.object(psycopg.Cursor, "execute", heard):
        yield said
