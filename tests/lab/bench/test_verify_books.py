"""The books that `hansatsu bench verify` makes hold, and have one of everything in them."""

from hansatsu.lab.bench import verify, verify_books
from hansatsu.lab.bench.town import Town
from hansatsu.ledger import api as ledger
from hansatsu.ledger.checks import checks_in_order

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


def test_its_books_hold(town: Town) -> None:
    wallets = verify_books.fill(town, 100)
    rows = town.connection.execute("select kind, count(*) from ledger.entry group by kind")
    found = ledger.verify(town.connection)
    kinds = dict(rows.fetchall())
    assert set(kinds) == KINDS
    assert kinds["payment"] == wallets * verify_books.PAYMENTS_A_WALLET
    assert found.ok


def test_a_check_is_known_by_its_first_line() -> None:
    paths = checks_in_order()
    named = [verify._check_of(path.read_text(encoding="utf-8")) for path in paths]
    assert named == [path.stem for path in paths]
    assert verify._check_of("select 1") == "counting"
