"""The way from Django's connection to the ledger's."""

from typing import cast

import psycopg
from django.db import connection


def ledger_connection() -> psycopg.Connection:
    """The psycopg connection under Django's default connection.

    What the ledger does on it joins the caller's ``transaction.atomic()``: a shop and its
    account, a payment and its request are committed together or not at all.
    """
    connection.ensure_connection()
    return cast(psycopg.Connection, connection.connection)


def take_as_long_as_it_takes() -> None:
    """Let transactions of this connection stand still: setting the type of thousands of cards takes
    longer than a page or a till may hold one open."""
    ledger_connection().execute("set idle_in_transaction_session_timeout = 0")
