"""The API as a process, on the test database."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from hansatsu.database.server import EmbeddedServer
from tests.support.pos import ApiProcesses, Pos, running_api

if TYPE_CHECKING:
    from tests.town import Town

ALL = ("pay", "refund_today", "refund_any", "webhooks")


def make_till(api: ApiProcesses, town: "Town", *scopes: str) -> Pos:
    """A till of the town's first shop, with a terminal and key of its own."""
    from hansatsu.parties.shops.api_keys import make_api_key

    return Pos(api.port, make_api_key(town.terminal(), scopes)[0])


@pytest.fixture(scope="session")
def api(server: EmbeddedServer, application_environment: dict[str, str]) -> Iterator[ApiProcesses]:
    """One API process."""
    with running_api(application_environment, server.home) as running:
        yield running


@pytest.fixture
def town() -> "Town":
    """A sandbox town, with value in hanako's wallet."""
    from tests.town import make_town

    town = make_town()
    town.charge(town.resident, town.all_shops, 10_000)
    return town


@pytest.fixture
def till(api: ApiProcesses, town: "Town") -> Pos:
    """A till that may do everything."""
    return make_till(api, town, *ALL)


@pytest.fixture
def till_with(api: ApiProcesses, town: "Town") -> Callable[..., Pos]:
    """Makes a till with the scopes that are named."""
    return lambda *scopes: make_till(api, town, *scopes)
