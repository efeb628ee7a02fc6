"""Fixtures of the payments' tests."""

from collections.abc import Iterator

import pytest

from hansatsu.database.server import EmbeddedServer
from tests.support.frozen_clock import START, FrozenClock, frozen_clock


@pytest.fixture(scope="module")
def _standing_clock(server: EmbeddedServer) -> Iterator[FrozenClock]:
    with frozen_clock(server) as clock:
        yield clock


@pytest.fixture
def frozen(_standing_clock: FrozenClock) -> FrozenClock:
    """A clock that stands still at a step's start, in a database of this module's own."""
    _standing_clock.show_seconds(START * 30)
    return _standing_clock
