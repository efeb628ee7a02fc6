"""Databases for one test, copied from an empty migrated one."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import sql

from hansatsu.database.server import EmbeddedServer
from hansatsu.database.urls import APP, CLOCK, OWNER, SUPERUSER

TEMPLATE = "hansatsu_migrated"


@dataclass(frozen=True, slots=True)
class DatabaseCopy:
    """The addresses of a database, by role."""

    name: str
    app_url: str
    owner_url: str
    clock_url: str
    superuser_url: str


def keep_template(server: EmbeddedServer) -> None:
    """Keep the migrated database, before anyone connects to it, to copy it from."""
    with _superuser(server) as connection:
        _copy(connection, TEMPLATE, "hansatsu")


@contextmanager
def copied(server: EmbeddedServer, template: str = TEMPLATE) -> Iterator[DatabaseCopy]:
    """A copy of ``template`` that is dropped afterwards."""
    name = f"copy_{secrets.token_hex(4)}"
    with _superuser(server) as connection:
        _copy(connection, name, template)
        try:
            yield DatabaseCopy(
                name=name,
                app_url=server.url_of(APP, name),
                owner_url=server.url_of(OWNER, name),
                clock_url=server.url_of(CLOCK, name),
                superuser_url=server.url_of(SUPERUSER, name),
            )
        finally:
            connection.execute(
                sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            )


def _superuser(server: EmbeddedServer) -> psycopg.Connection:
    return psycopg.connect(server.url_of(SUPERUSER, "postgres"), autocommit=True)


def _copy(connection: psycopg.Connection, name: str, template: str) -> None:
    connection.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {} STRATEGY file_copy").format(
            sql.Identifier(name), sql.Identifier(template), sql.Identifier(OWNER)
        )
    )
