"""Arrays as PostgreSQL reads them."""

import psycopg

from hansatsu.database.arrays import binaries, booleans, texts

AWKWARD = [
    "",
    None,
    "null",
    "NULL",
    'a "quoted" word',
    "a\\b",
    '\\"',
    "{a,b}",
    " spaces ",
    "two\nlines",
    "it's",
    "券",
]


def test_any_texts_arrive_as_they_are(app_connection: psycopg.Connection) -> None:
    read = app_connection.execute("select %s::text[]", [texts(AWKWARD)]).fetchall()
    assert read == [(AWKWARD,)]
    assert app_connection.execute("select %s::text[]", [texts([])]).fetchall() == [([],)]


def test_any_bytes_and_truths_arrive_as_they_are(app_connection: psycopg.Connection) -> None:
    data, truths = [b"", b"\x00\xff", b'\\"{}'], [True, False]
    read = app_connection.execute(
        "select %s::bytea[], %s::boolean[]", [binaries(data), booleans(truths)]
    ).fetchall()
    assert read == [(data, truths)]
