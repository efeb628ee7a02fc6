"""A clock that was wrong: nothing is decided by a time that has not come."""

from datetime import timedelta

import pytest

from tests.ledger.books import rows_of
from tests.ledger.conftest import Shiftable


@pytest.mark.parametrize(("behind", "outcome"), [(59, "paid"), (62, "try_again")])
def test_a_wallet_that_is_ahead_of_the_clock_pays_nothing(
    shiftable: Shiftable, behind: int, outcome: str
) -> None:
    books = shiftable.books
    emoney = books.emoney()
    shop, wallet = books.shop(emoney), books.wallet()
    books.issue(wallet, emoney, 100)
    shiftable.show(books.in_days(365))
    at = books.pay(wallet, shop, 1).at
    assert at is not None
    shiftable.show(at - timedelta(seconds=behind))
    before = rows_of(books.connection, wallet)
    assert books.pay(wallet, shop, 1).outcome == outcome
    assert (rows_of(books.connection, wallet) == before) == (outcome == "try_again")
    shiftable.show(at)
    assert books.pay(wallet, shop, 1).outcome == "paid"
