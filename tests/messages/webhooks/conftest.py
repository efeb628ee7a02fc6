"""What tests of webhooks use: a database of their own, since the courier sends for all issuers.

One database serves a module, and each test begins with nothing owed and no endpoint. Django is
not loaded yet when this file is, so models are imported late.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from hansatsu.database.server import EmbeddedServer
from tests.support.copies import DatabaseCopy, copied

if TYPE_CHECKING:
    from tests.town import Town


@pytest.fixture(scope="module")
def modules_database(server: EmbeddedServer) -> Iterator[DatabaseCopy]:
    """A database for this module alone, with Django on it."""
    from tests.support.own_database import django_on

    with copied(server) as copy, django_on(copy):
        yield copy


@pytest.fixture
def town(modules_database: DatabaseCopy) -> "Town":
    """A new town, with 1,000 yen in hanako's wallet."""
    from hansatsu.messages.relay.relay import relay_batch
    from hansatsu.messages.webhooks.models import Endpoint, Message
    from tests.town import make_town

    Message.objects.all().delete()
    Endpoint.objects.all().delete()
    made = make_town()
    made.charge(made.resident, made.all_shops, 1000)
    while relay_batch():
        pass
    return made


@pytest.fixture
def django_statements() -> "list[str]":
    """The statements that Django sends."""
    from django.db import connection

    sent: list[str] = []

    def watch(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        sent.append(sql)
        return execute(sql, params, many, context)

    connection.execute_wrappers.append(watch)
    return sent
