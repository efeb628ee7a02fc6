"""A connection out of the pool is tried, unless it has just been."""

import psycopg
import pytest

from hansatsu.database import connections
from hansatsu.database.connections import TRIED_EVERY, try_connection
from hansatsu.database.server import EmbeddedServer


@pytest.fixture
def one_of_the_pool(app_connection: psycopg.Connection) -> psycopg.Connection:
    try_connection(app_connection)
    return app_connection


def asked(connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The rounds that a trial takes."""
    tried: list[str] = []
    check = connections.ConnectionPool.check_connection
    monkeypatch.setattr(
        connections.ConnectionPool,
        "check_connection",
        staticmethod(lambda given: (tried.append("asked"), check(given))),
    )
    try_connection(connection)
    return tried


def test_one_that_was_tried_just_now_is_believed(
    one_of_the_pool: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert asked(one_of_the_pool, monkeypatch) == []


def test_one_that_has_rested_is_asked(
    one_of_the_pool: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    connections._tried[one_of_the_pool] -= TRIED_EVERY
    assert asked(one_of_the_pool, monkeypatch) == ["asked"]


def test_one_that_its_server_has_ended_is_not_believed(
    one_of_the_pool: psycopg.Connection, server: EmbeddedServer
) -> None:
    pid = one_of_the_pool.info.backend_pid
    with psycopg.connect(server.app_url, autocommit=True) as another:
        ended = another.execute("select pg_terminate_backend(%s, 5000)", [pid]).fetchone()
    assert ended == (True,)
    with pytest.raises(psycopg.OperationalError):
        try_connection(one_of_the_pool)
