"""A town for each browser test, with value of two emoneys.

Django is set up after this file has been read, so models are imported where they are needed.
"""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from tests.town import Town

# How long a page may take to say what it should, where a test names no time of its own: other
# tests run beside it.
expect.set_options(timeout=15_000)


@pytest.fixture
def town() -> "Town":
    """hanako holds 300 中小店舗限定 that expires soon, 1,000 that expires later, 1,200 全店共通."""
    from hansatsu.database.connections import ledger_connection
    from hansatsu.ledger import api as ledger
    from tests.town import make_town

    town = make_town()
    now = ledger.now(ledger_connection())
    town.charge(town.resident, town.small_shops, 300, now + timedelta(days=30))
    town.charge(town.resident, town.small_shops, 1000, now + timedelta(days=300))
    town.charge(town.resident, town.all_shops, 1200)
    return town
