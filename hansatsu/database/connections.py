"""The way from Django's connection to the ledger's."""

import select
import time
from typing import Any, cast
from weakref import WeakKeyDictionary

import psycopg
from django.db import connection
from psycopg_pool import ConnectionPool

TRIED_EVERY = 1.0
"""Seconds for which a connection that was tried is believed: a page in ten costs a round trip less
then, and what a server ends says so before (ADR 0253)."""

_tried: "WeakKeyDictionary[psycopg.Connection[Any], float]" = WeakKeyDictionary()


def ledger_connection() -> psycopg.Connection:
    """The psycopg connection under Django's default connection.

    What the ledger does on it joins the caller's ``transaction.atomic()``: a shop and its
    account, a payment and its request are committed together or not at all.
    """
    connection.ensure_connection()
    return cast(psycopg.Connection, connection.connection)


def try_connection(given: "psycopg.Connection[Any]") -> None:
    """Try a connection that comes out of the pool, unless it was tried just before and its server
    has said nothing since: one that ends closes it, and that is seen here without asking.

    Raises:
        psycopg.OperationalError: when it serves no more; the pool gives another.
    """
    now = time.monotonic()
    is_known = now - _tried.get(given, 0.0) < TRIED_EVERY
    if is_known and not _has_something_to_read(given):
        return
    ConnectionPool.check_connection(given)
    _tried[given] = now


def _has_something_to_read(given: "psycopg.Connection[Any]") -> bool:
    poll = select.poll()
    poll.register(given.fileno(), select.POLLIN)
    return bool(poll.poll(0))


def take_as_long_as_it_takes() -> None:
    """Let transactions of this connection stand still: setting the type of thousands of cards takes
    longer than a page or a till may hold one open."""
    ledger_connection().execute("set idle_in_transaction_session_timeout = 0")
