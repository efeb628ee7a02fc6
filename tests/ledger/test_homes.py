"""A database that is one of many homes draws its numbers from its own block."""

import psycopg
import pytest

from tests.ledger.books import Books
from tests.support.copies import DatabaseCopy

LOTS = 10**12
PAYMENTS = 10**10


def take(url: str, home: int) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("select ledger.take_home_v1(%s)", [home])


def drawn(database: DatabaseCopy) -> tuple[int, int, int]:
    """A wallet, a lot and the last digits of a 決済ID, of a payment that is made now."""
    with psycopg.connect(database.app_url, autocommit=True) as app:
        books = Books(app)
        emoney = books.emoney()
        shop, wallet = books.shop(emoney), books.wallet()
        lot = books.issue(wallet, emoney, 100)
        return wallet, lot, int(books.paid(wallet, shop, 1)[-12:])


def test_numbers_come_from_the_homes_block(database_copy: DatabaseCopy) -> None:
    take(database_copy.owner_url, 5)  # nothing was drawn: it may still be another's
    take(database_copy.owner_url, 99)
    first = drawn(database_copy)
    assert first == (99 * LOTS + 1, 99 * LOTS + 1, 99 * PAYMENTS + 1)
    take(database_copy.owner_url, 99)
    assert drawn(database_copy) == (first[0] + 1, first[1] + 1, first[2] + 1)


def test_one_server_is_home_0_without_being_told(database_copy: DatabaseCopy) -> None:
    assert drawn(database_copy) == (1, 1, 1)


@pytest.mark.parametrize("home", [-1, 100])
def test_what_is_no_home_is_refused(database_copy: DatabaseCopy, home: int) -> None:
    with pytest.raises(psycopg.errors.InvalidParameterValue):
        take(database_copy.owner_url, home)
    assert drawn(database_copy) == (1, 1, 1)


def test_numbers_that_are_given_out_stay(database_copy: DatabaseCopy) -> None:
    assert drawn(database_copy) == (1, 1, 1)
    with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState):
        take(database_copy.owner_url, 3)
    assert drawn(database_copy) == (2, 2, 2)


def test_it_is_the_owners_alone(database_copy: DatabaseCopy) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        take(database_copy.app_url, 3)
    assert drawn(database_copy) == (1, 1, 1)


def test_a_block_that_is_used_up_refuses(database_copy: DatabaseCopy) -> None:
    take(database_copy.owner_url, 3)
    with psycopg.connect(database_copy.owner_url, autocommit=True) as owner:
        owner.execute("select setval('ledger.wallet_wallet_id_seq', %s)", [4 * LOTS - 1])
    with pytest.raises(psycopg.errors.SequenceGeneratorLimitExceeded):
        drawn(database_copy)
