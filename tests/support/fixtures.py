"""What many tests begin with. A test file may have its own of the same name, which is then its own.

``tests/conftest.py`` loads this file once Django is.
"""

from collections.abc import Iterator

import pytest

from tests.conftest import SERVER
from tests.support.clerks import Desk
from tests.support.clients import Visitor
from tests.support.frozen_clock import FrozenClock, frozen_clock
from tests.support.settling import Settling, begin
from tests.support.tills import Till
from tests.town import Town, make_town, quick_hashing


@pytest.fixture
def town() -> Town:
    """A town of this test's own."""
    return make_town()


@pytest.fixture
def desk(town: Town) -> Desk:
    """The console, where the town's owner is logged in."""
    return Desk(town.issuer)


@pytest.fixture
def hanako(town: Town) -> Visitor:
    """The resident's browser, logged in."""
    return Visitor.logged_in(town.resident)


@pytest.fixture
def till(town: Town) -> Till:
    """The till of the town's shop, where a cashier is logged in."""
    return Till(town.shop)


@pytest.fixture
def quickly() -> Iterator[None]:
    """Passwords are hashed in no time, for tests that are not about that."""
    with quick_hashing():
        yield


@pytest.fixture(scope="module")
def months(pytestconfig: pytest.Config) -> Iterator[FrozenClock]:
    """The clock of a database that the tests of a file have for themselves: months go by."""
    with frozen_clock(pytestconfig.stash[SERVER]) as clock:
        yield clock


@pytest.fixture
def settling(months: FrozenClock) -> Settling:
    """A town of this test's own, on the morning of 1 March 2026."""
    return begin(months)
