"""A wallet's whole content goes to another; freezing and closing."""

from dataclasses import astuple

import psycopg

from hansatsu.ledger import api
from tests.ledger.books import Books, rows_of
from tests.ledger.conftest import Shiftable


def test_everything_moves_and_keeps_its_dates(books: Books) -> None:
    emoney = books.emoney()
    shop, source, target = books.shop(emoney), books.wallet(), books.wallet()
    soon = books.in_days(3)
    books.issue(source, emoney, 100, soon)
    books.issue(source, emoney, 50)
    books.issue(target, emoney, 7)
    books.paid(source, shop, 20)
    outcome = books.transfer(source, target)
    assert (outcome.outcome, outcome.wallet_id, outcome.amount) == ("transferred", target, 130)
    assert (books.held(source), books.held(target)) == (0, 137)
    moved = api.lots(books.connection, books.issuer_id, target)
    assert [(lot.face, lot.balance, lot.expires_at) for lot in moved] == [
        (100, 80, soon),
        (7, 7, None),
        (50, 50, None),
    ]
    assert moved[0].registered_at == moved[2].registered_at == outcome.at
    assert api.wallet_state(books.connection, books.issuer_id, source) == "closed"
    assert books.kinds(source)[-1] == "transfer_out"
    assert books.kinds(target)[-1] == "transfer_in"
    assert books.pay(source, shop, 1).outcome == "frozen"
    assert books.try_issue(source, (emoney, 1, None)).outcome == "closed"
    assert books.paid(target, shop, 137)


def test_refusals_change_nothing(app_connection: psycopg.Connection) -> None:
    books = Books(app_connection, limits=api.Limits(holding=100))
    stranger = Books(app_connection)
    emoney = books.emoney()
    source, full, frozen, closed = (books.wallet() for _ in range(4))
    theirs = stranger.wallet()
    books.issue(source, emoney, 60)
    books.issue(full, emoney, 41)
    books.issue(frozen, emoney, 1)
    books.change("freeze", frozen)
    books.change("close", closed)
    everything = (source, full, frozen, closed, theirs)
    before = rows_of(app_connection, *everything)
    assert books.transfer(source, source).outcome == "unknown"
    assert books.transfer(source, theirs).outcome == "unknown"
    assert books.transfer(theirs, source).outcome == "unknown"
    assert books.transfer(source, closed).outcome == "closed"
    assert books.transfer(closed, source).outcome == "closed"
    assert books.transfer(frozen, source).outcome == "frozen"
    assert books.transfer(source, full).outcome == "over_limit"
    assert rows_of(app_connection, *everything) == before


def test_operator_moves_a_frozen_wallet(books: Books) -> None:
    emoney = books.emoney()
    shop, lost, new = books.shop(emoney), books.wallet(), books.wallet()
    books.issue(lost, emoney, 100)
    books.change("freeze", lost)
    assert books.transfer(lost, new, even_frozen=True).outcome == "transferred"
    assert books.pay(new, shop, 100).outcome == "paid"


def test_retries(books: Books) -> None:
    emoney = books.emoney()
    source, target = books.wallet(), books.wallet()
    books.issue(source, emoney, 100)
    key = f"card {source}"
    first = books.transfer(source, target, key=key)
    before = rows_of(books.connection, source, target)
    again = books.transfer(source, target, key=key)
    assert again.outcome == "replayed"
    assert astuple(again)[1:] == astuple(first)[1:]
    assert books.transfer(target, source, key=key).outcome == "key_conflict"
    assert rows_of(books.connection, source, target) == before
    api.cancel(books.connection, "test:staff", f"never {source}")
    third = books.wallet()
    assert books.transfer(target, third, key=f"never {source}").outcome == "cancelled"


def test_empty_wallet_moves_too(books: Books) -> None:
    source, target = books.wallet(), books.wallet()
    outcome = books.transfer(source, target)
    assert (outcome.outcome, outcome.amount) == ("transferred", 0)
    assert api.wallet_state(books.connection, books.issuer_id, source) == "closed"


def test_what_is_dead_expires_first(shiftable: Shiftable) -> None:
    books = shiftable.books
    emoney = books.emoney()
    source, target, expiry = books.wallet(), books.wallet(), books.in_days(3)
    books.issue(source, emoney, 100, expiry)
    books.issue(source, emoney, 5)
    shiftable.show(expiry)
    assert books.transfer(source, target).amount == 5
    assert books.kinds(source) == ["issue", "issue", "expiry", "transfer_out"]


def test_states(books: Books) -> None:
    emoney, wallet = books.emoney(), books.wallet()
    stranger = Books(books.connection)
    assert stranger.change("freeze", wallet) == "unknown"
    assert books.change("unfreeze", wallet) == "unchanged"
    assert books.change("freeze", wallet) == "done"
    assert books.change("freeze", wallet) == "unchanged"
    assert books.change("close", wallet) == "unchanged"  # unfreeze it first
    assert books.try_issue(wallet, (emoney, 1, None)).outcome == "issued"
    assert books.change("unfreeze", wallet) == "done"
    assert books.change("close", wallet) == "not_empty"
    assert books.kinds(wallet) == ["freeze", "issue", "unfreeze"]
    books.paid(wallet, books.shop(emoney), 1)
    assert books.change("close", wallet) == "done"
    for change in ("freeze", "unfreeze", "close"):
        assert books.change(change, wallet) == "unchanged"
