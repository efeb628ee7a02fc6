"""The database of a test run, and copies of it."""

import psycopg
import pytest

from tests.support.copies import DatabaseCopy


def test_app_reads_and_executes_but_does_not_write_the_ledger(
    app_connection: psycopg.Connection,
) -> None:
    assert app_connection.execute("SELECT kind FROM ledger.birth").fetchone() == ("test",)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app_connection.execute("UPDATE ledger.birth SET kind = 'live'")


def test_app_cannot_shift_the_clock(app_connection: psycopg.Connection) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app_connection.execute("SELECT ledger.set_clock_v1(now() + interval '1 year')")


def test_clock_role_shifts_the_clock_and_nothing_else(clock_connection: psycopg.Connection) -> None:
    clock_connection.execute("SELECT ledger.set_clock_v1('2030-01-01T00:00:00Z')")
    row = clock_connection.execute("SELECT extract(year FROM ledger.now())").fetchone()
    assert row == (2030,)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        clock_connection.execute("SELECT * FROM ledger.wallet")


def test_copy_is_migrated_and_apart(
    database_copy: DatabaseCopy, owner_connection: psycopg.Connection
) -> None:
    with psycopg.connect(database_copy.owner_url, autocommit=True) as copy:
        copy.execute("DELETE FROM ledger.birth")
        assert copy.execute("SELECT count(*) FROM ledger.birth").fetchone() == (0,)
    assert owner_connection.execute("SELECT count(*) FROM ledger.birth").fetchone() == (1,)
