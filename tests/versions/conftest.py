"""The database of the version before the move, restored once and copied for each test.

Django is not loaded yet when this file is, so what needs it is imported late.
"""

from collections.abc import Iterator

import pytest

from hansatsu.database.server import EmbeddedServer
from tests.support.copies import DatabaseCopy


@pytest.fixture(scope="session")
def restored(server: EmbeddedServer) -> str:
    """The name of the database as it was dumped, not migrated; nobody else is to connect to it."""
    from tests.versions import moved

    return moved.restore(server)


@pytest.fixture(scope="session")
def migrated(
    server: EmbeddedServer, restored: str, application_environment: dict[str, str]
) -> Iterator[str]:
    """The name of a copy that was brought to this version."""
    from tests.support.copies import copied
    from tests.versions import moved

    with copied(server, restored) as copy:
        moved.migrate(server, copy.name, application_environment)
        yield copy.name


@pytest.fixture(scope="module")
def opened(server: EmbeddedServer, migrated: str) -> Iterator[DatabaseCopy]:
    """Django on a copy of that for one module, on the dump's day."""
    from tests.versions import moved

    with moved.opened(server, migrated) as copy:
        yield copy


@pytest.fixture
def just_opened(server: EmbeddedServer, migrated: str) -> Iterator[DatabaseCopy]:
    """The same for one test: the moment after the dump, whatever ran before."""
    from tests.versions import moved

    with moved.opened(server, migrated) as copy:
        yield copy
