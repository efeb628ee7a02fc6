"""For commands that work on the application: its environment and database, then Django."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from hansatsu.database.server import EmbeddedServer
from hansatsu.processes import environments
from hansatsu.processes.guard import birth_of


@contextmanager
def database(*, as_owner: bool = False) -> Iterator[None]:
    """Have the environment lead to a running database.

    With ``DATABASE_URL`` nothing is to be done. Without, the embedded server of
    ``HANSATSU_HOME`` is joined, or run for the duration.
    """
    if not environments.is_embedded():
        yield
        return
    with EmbeddedServer(environments.home(), os.environ.get("HANSATSU_BIRTH", "live")) as server:
        with psycopg.connect(server.app_url, autocommit=True) as connection:
            server.birth = birth_of(connection) or server.birth
        make = environments.maintenance if as_owner else environments.application
        os.environ |= make(
            server,
            site_url=os.environ.get("SITE_URL") or environments.NO_SITE,
            email_url=os.environ.get("EMAIL_URL") or environments.NO_MAIL,
        )
        yield


@contextmanager
def application() -> Iterator[None]:
    """As ``database``, with Django loaded on it as the application's role."""
    with database():
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hansatsu.config.settings")
        import django

        django.setup()
        yield
