"""A town whose database was made by the version before ``hansatsu/`` was rearranged, opened by this
one: ``before_the_move.sql.gz``, and what browsers, mails and tills of that day hold beside it.

The dump ages and its links do not wait: so its day is held for it. The ledger's clock is set back
to that day, and in this process so are the clocks of Django's signatures and sessions. That day is
a year before the dump was made, so nothing works here that a year more would end.
"""

import gzip
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import psycopg
from django.test import Client, override_settings
from django.utils import timezone
from psycopg import sql

from hansatsu.database.server import EmbeddedServer
from hansatsu.database.urls import APP, OWNER, SUPERUSER
from hansatsu.processes.supervisor import spawn
from tests.support.copies import DatabaseCopy, copied
from tests.support.own_database import django_on
from tests.support.passkeys import Key

HERE = Path(__file__).parent
DUMP = HERE / "before_the_move.sql.gz"
KNOWN: dict[str, Any] = json.loads((HERE / "before_the_move.json").read_text(encoding="utf-8"))
CODE = str(KNOWN["issuer"])
RESTORED = "before_the_move"
"""The database that the dump is read into, migrated and then copied from."""


def restore(server: EmbeddedServer) -> str:
    """The dump as a database of ``server``, as it was, under the name that is returned."""
    with psycopg.connect(server.url_of(SUPERUSER, "postgres"), autocommit=True) as connection:
        make = sql.SQL("create database {} owner {}")
        connection.execute(make.format(sql.Identifier(RESTORED), sql.Identifier(OWNER)))
    with psycopg.connect(server.url_of(SUPERUSER, RESTORED)) as connection:
        connection.execute(gzip.decompress(DUMP.read_bytes()))
    return RESTORED


def migrate(server: EmbeddedServer, name: str, environment: Mapping[str, str]) -> None:
    """Bring the database to this version, as ``hansatsu migrate`` does."""
    urls = {
        "DATABASE_URL": server.url_of(APP, name),
        "MIGRATE_DATABASE_URL": server.url_of(OWNER, name),
    }
    assert spawn("migrate", dict(environment) | urls).wait() == 0


@contextmanager
def opened(server: EmbeddedServer, name: str) -> Iterator[DatabaseCopy]:
    """Have Django work on a copy of ``name``, on the dump's day, with the dump's secrets."""
    with ExitStack() as stack:
        copy = stack.enter_context(copied(server, name))
        stack.enter_context(_on_that_day(copy))
        stack.enter_context(django_on(copy))
        stack.enter_context(override_settings(**KNOWN["settings"]))
        yield copy


@contextmanager
def _on_that_day(copy: DatabaseCopy) -> Iterator[None]:
    day = datetime.fromisoformat(KNOWN["made_at"]) + timedelta(seconds=1)
    with psycopg.connect(copy.clock_url, autocommit=True) as connection:
        connection.execute("select ledger.set_clock_v1(%s)", [day])
    real_time, back = time.time, day - datetime.now(UTC)

    def time_then() -> float:
        return real_time() + back.total_seconds()

    def then() -> datetime:
        return datetime.now(UTC) + back

    with mock.patch("time.time", time_then), mock.patch.object(timezone, "now", then):
        yield


def environment_of(
    copy: DatabaseCopy, environment: Mapping[str, str], **more: str
) -> dict[str, str]:
    """The environment of a process of ours that works on the copy, with the dump's secrets."""
    given = KNOWN["settings"]
    return (
        dict(environment)
        | {name: given[name] for name in ("SECRET_KEY", "PAY_CODE_MASTER_KEY", "SITE_URL")}
        | {"FIELD_KEYS": ",".join(given["FIELD_KEYS"]), "DATABASE_URL": copy.app_url}
        | more
    )


def browser(cookies: Mapping[str, str] | None = None) -> Client:
    """A browser that has kept ``cookies`` from the day of the dump."""
    client = Client(SERVER_NAME="localhost", REMOTE_ADDR="192.0.2.99")
    for name, value in (cookies or {}).items():
        client.cookies[name] = value
    return client


def key_of(passkey: Mapping[str, str]) -> Key:
    """The passkey that a phone has kept."""
    return Key.kept(passkey["credential"], passkey["private_key"])
