"""A town to measure in, on the run's server."""

from collections.abc import Iterator

import psycopg
import pytest

from hansatsu.database.server import EmbeddedServer
from hansatsu.lab.bench.town import EMONEYS, ISSUER, SHOP, Town
from hansatsu.ledger import api as ledger
from tests.support.copies import DatabaseCopy


@pytest.fixture
def town(server: EmbeddedServer, database_copy: DatabaseCopy) -> Iterator[Town]:
    """One shop that takes both emoneys, and no wallet, in a database of its own."""
    with psycopg.connect(database_copy.app_url, autocommit=True) as connection:
        ledger.open_issuer(
            connection, issuer_id=ISSUER, payment_prefix="OEM2023030101", mode="live"
        )
        ledger.open_shop(connection, issuer_id=ISSUER, shop_id=SHOP)
        for emoney in EMONEYS:
            ledger.open_emoney(connection, issuer_id=ISSUER, emoney_id=emoney)
            ledger.start_acceptance(connection, issuer_id=ISSUER, emoney_id=emoney, shop_id=SHOP)
        yield Town(server, connection, database_copy.name, range(SHOP, SHOP + 1))
