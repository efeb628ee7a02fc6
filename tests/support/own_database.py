"""Django on a database that one test has for itself."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from tests.support.copies import DatabaseCopy


@contextmanager
def django_on(copy: DatabaseCopy) -> Iterator[None]:
    """Have Django's default connection lead to ``copy``, as the application's role."""
    before = connection.settings_dict["NAME"]
    _lead_to(copy.name)
    try:
        yield
    finally:
        _lead_to(before)


def _lead_to(name: str) -> None:
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]
    connection.settings_dict["NAME"] = name
