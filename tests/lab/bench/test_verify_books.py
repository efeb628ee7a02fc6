"""The books that `hansatsu bench verify` makes hold, and have one of everything in them."""

import psycopg

from hansatsu.database.server import EmbeddedServer
from hansatsu.lab.bench import verify, verify_books
from hansatsu.lab.bench.town import EMONEYS, ISSUER, SHOP, Town
from hansatsu.ledger import api as ledger
from hansatsu.ledger.checks import checks_in_order
from tests.support.copies import DatabaseCopy

KINDS = {
    "issue",
    "payment",
    "refund",
    "freeze",
    "unfreeze",
    "transfer_out",
    "transfer_in",
    "expiry",
}


def test_its_books_hold(server: EmbeddedServer, database_copy: DatabaseCopy) -> None:
    with psycopg.connect(database_copy.app_url, autocommit=True) as connection:
        ledger.open_issuer(
            connection, issuer_id=ISSUER, payment_prefix="OEM2023030101", mode="live"
        )
        ledger.open_shop(connection, issuer_id=ISSUER, shop_id=SHOP)
        for emoney in EMONEYS:
            ledger.open_emoney(connection, issuer_id=ISSUER, emoney_id=emoney)
            ledger.start_acceptance(connection, issuer_id=ISSUER, emoney_id=emoney, shop_id=SHOP)
        town = Town(server, connection, database_copy.name, range(SHOP, SHOP + 1))
        wallets = verify_books.fill(town, 100)
        rows = connection.execute("select kind, count(*) from ledger.entry group by kind")
        found = ledger.verify(connection)
    kinds = dict(rows.fetchall())
    assert set(kinds) == KINDS
    assert kinds["payment"] == wallets * verify_books.PAYMENTS_A_WALLET
    assert found.ok


def test_a_check_is_known_by_its_first_line() -> None:
    paths = checks_in_order()
    named = [verify._check_of(path.read_text(encoding="utf-8")) for path in paths]
    assert named == [path.stem for path in paths]
    assert verify._check_of("select 1") == "counting"
