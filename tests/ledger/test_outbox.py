"""What entries owe: taken up once, kept on record, and found by check 08 when it is neither."""

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest

from hansatsu.ledger import api, checks
from tests.ledger.conftest import Shiftable

OWED = "select wallet_id, seq from ledger.outbox where relayed_at is null order by 1, 2"
RELAYED = "select wallet_id, seq, relayed_at from ledger.relayed order by 1, 2"


@pytest.fixture
def issued(shiftable: Shiftable) -> list[tuple[int, int]]:
    """The entries of three issues, that owe a message each."""
    books = shiftable.books
    emoney = books.emoney()
    wallets = [books.wallet() for _ in range(3)]
    for wallet in wallets:
        books.issue(wallet, emoney, 100)
    return [(wallet, 1) for wallet in wallets]


@pytest.fixture
def owner(shiftable: Shiftable) -> Iterator[psycopg.Connection]:
    with psycopg.connect(shiftable.copy.owner_url, autocommit=True) as connection:
        yield connection


def taken(connection: psycopg.Connection, limit: int = 200) -> list[tuple[int, int]]:
    return [(owed.wallet_id, owed.seq) for owed in api.take_outbox(connection, limit)]


def violations(connection: psycopg.Connection) -> tuple[str, ...]:
    said = checks.verify(connection, [checks.OWN]).checks
    return next(check.rows for check in said if check.name.startswith("08"))


def test_each_is_taken_once_and_kept_with_the_ledgers_time(
    shiftable: Shiftable, issued: list[tuple[int, int]]
) -> None:
    connection = shiftable.books.connection
    shown = shiftable.books.now() + timedelta(days=40)
    shiftable.show(shown)
    assert taken(connection, 2) == issued[:2]
    assert connection.execute(OWED).fetchall() == issued[2:]
    assert violations(connection) == ()
    assert taken(connection, 2) == issued[2:]
    assert taken(connection, 2) == []
    kept = connection.execute(RELAYED).fetchall()
    assert [row[:2] for row in kept] == issued
    assert all(shown <= row[2] < shown + timedelta(minutes=1) for row in kept)
    assert violations(connection) == ()


def test_what_was_not_committed_is_owed_again(
    shiftable: Shiftable, issued: list[tuple[int, int]]
) -> None:
    connection = shiftable.books.connection
    with connection.transaction(force_rollback=True):
        assert taken(connection) == issued
    assert connection.execute(RELAYED).fetchall() == []
    assert taken(connection) == issued


def test_two_relays_take_different_entries(
    shiftable: Shiftable, issued: list[tuple[int, int]]
) -> None:
    connection = shiftable.books.connection
    with psycopg.connect(shiftable.copy.app_url) as other:
        first = taken(other, 2)
        assert len(first) == 2
        assert sorted(first + taken(connection)) == issued
    assert len(connection.execute(RELAYED).fetchall()) == 3


def test_what_the_version_before_has_marked_is_not_taken_again(
    shiftable: Shiftable, issued: list[tuple[int, int]]
) -> None:
    """Its relay goes on beside this one: what it marks counts as relayed, and is carried over."""
    connection = shiftable.books.connection
    assert len(connection.execute("select ledger.take_outbox_v1(1)").fetchall()) == 1
    left = connection.execute(OWED).fetchall()
    assert len(left) == 2
    assert violations(connection) == ()
    assert taken(connection) == left
    assert [row[:2] for row in connection.execute(RELAYED)] == issued
    assert connection.execute("select count(*) from ledger.outbox").fetchone() == (0,)


def test_a_queue_that_looked_empty_is_not_read_again_and_again(
    shiftable: Shiftable, owner: psycopg.Connection
) -> None:
    """Version 2 compared each row that waited with each that it took, where statistics were of an
    empty queue."""
    rows = (
        "insert into ledger.outbox (wallet_id, seq) select n, 1 from generate_series(1, 5000) as n"
    )
    owner.execute(rows)
    owner.execute("delete from ledger.outbox")
    owner.execute("vacuum analyze ledger.outbox")
    owner.execute(rows)
    connection = shiftable.books.connection
    with connection.transaction(force_rollback=True):
        api.take_outbox(connection, 200)
        row = connection.execute(
            "select seq_tup_read + coalesce(idx_tup_fetch, 0), n_tup_del"
            " from pg_stat_xact_user_tables where relname = 'outbox'"
        ).fetchone()
    assert row is not None
    read, deleted = row
    assert deleted == 200
    assert read <= 2 * deleted


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("delete from ledger.relayed where wallet_id = {}", "a message that was never queued"),
        ("delete from ledger.outbox where wallet_id = {}", "a message that was never queued"),
        ("insert into ledger.relayed values ({}, 1, now())", "its message stands 2 times"),
    ],
)
def test_check_08_names_what_is_lost_or_stands_twice(
    shiftable: Shiftable,
    owner: psycopg.Connection,
    issued: list[tuple[int, int]],
    damage: str,
    said: str,
) -> None:
    taken(shiftable.books.connection, 1)
    assert violations(owner) == ()
    place = issued[0] if "delete from ledger.relayed" in damage else issued[2]
    owner.execute(damage.format(place[0]).encode())
    (named,) = violations(owner)
    assert named.startswith(f"entry {place[0]}/1")
    assert said in named


def test_other_servers_can_follow_what_waits(app_connection: psycopg.Connection) -> None:
    """Logical replication of a deletion needs a primary key; `relayed` is only added to."""
    keys = app_connection.execute(
        "select indexrelid::regclass::text from pg_index"
        " where indrelid = 'ledger.outbox'::regclass and indisprimary"
    ).fetchall()
    assert keys == [("ledger.outbox_pkey",)]
