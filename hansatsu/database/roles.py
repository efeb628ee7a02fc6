"""The database roles, and what each may do before any table exists.

- owner: migrates. Nothing that serves people ever logs in as it.
- app: what pages and worker are. Its rights on tables come with the migrations and from
  ``hansatsu.processes.grants``.
- clock: may shift the ledger's clock; exists only where time may be played with.
"""

import psycopg
from psycopg import sql

from hansatsu.database.secrets import Secrets
from hansatsu.database.urls import APP, CLOCK, OWNER

DATABASE = "hansatsu"
BIRTHS_WITH_CLOCK = frozenset({"demo", "simulation", "test"})


def ensure_roles(connection: psycopg.Connection, secrets: Secrets, birth: str) -> None:
    """Make the roles that are missing. ``connection`` is a superuser's, in autocommit."""
    _ensure_role(connection, OWNER, secrets.owner_password)
    _ensure_role(connection, APP, secrets.app_password)
    if birth in BIRTHS_WITH_CLOCK:
        _ensure_role(connection, CLOCK, secrets.clock_password)


def ensure_database(connection: psycopg.Connection) -> None:
    """Make the owner's database if it is missing. ``connection`` is a superuser's."""
    if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone():
        return
    connection.execute(
        sql.SQL("CREATE DATABASE {} OWNER {}").format(
            sql.Identifier(DATABASE), sql.Identifier(OWNER)
        )
    )


def _ensure_role(connection: psycopg.Connection, role: str, password: str) -> None:
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
    if known:
        return
    connection.execute(
        sql.SQL(
            "CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD {}"
        ).format(sql.Identifier(role), sql.Literal(password))
    )
