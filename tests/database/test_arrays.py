"""Arrays as PostgreSQL reads them."""

import psycopg

from hansatsu.database.arrays import texts

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
