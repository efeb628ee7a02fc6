"""Fixtures of the ledger's tests."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import psycopg
import pytest

from hansatsu.ledger import api
from tests.ledger.books import Books
from tests.support.copies import DatabaseCopy


@dataclass
class Shiftable:
    """Books in a database of their own, whose clock can be shifted."""

    books: Books
    clock: psycopg.Connection
    copy: DatabaseCopy

    def show(self, time: datetime) -> None:
        """Shift the clock."""
        api.set_clock(self.clock, time)


@pytest.fixture
def books(app_connection: psycopg.Connection) -> Books:
    """A fresh issuer, worked on as the application."""
    return Books(app_connection)


@pytest.fixture
def shiftable(database_copy: DatabaseCopy) -> Iterator[Shiftable]:
    """A fresh issuer in a database whose clock only this test sees."""
    with (
        psycopg.connect(database_copy.app_url, autocommit=True) as app,
        psycopg.connect(database_copy.clock_url, autocommit=True) as clock,
    ):
        yield Shiftable(Books(app), clock, database_copy)
