"""Refunds go back to the lots they came from, the last used first, never beyond the payment."""

import re
from datetime import timedelta

import psycopg
import pytest

from hansatsu.ledger import api, checks
from hansatsu.ledger.bands import JAPAN
from tests.ledger.books import Books, rows_of
from tests.ledger.conftest import Shiftable


@pytest.fixture
def town(books: Books) -> tuple[int, int, tuple[int, int, int], str]:
    """Shop, wallet, its three lots in spend order, and the payment of 250 of their 300."""
    emoney = books.emoney()
    shop, wallet = books.shop(emoney), books.wallet()
    lots = (
        books.issue(wallet, emoney, 100, books.in_days(10)),
        books.issue(wallet, emoney, 100, books.in_days(20)),
        books.issue(wallet, emoney, 100),
    )
    return shop, wallet, lots, books.paid(wallet, shop, 250)


def lines(books: Books, outcome: api.RefundOutcome) -> list[tuple[int, int]]:
    """What a refund gave to which lot, in its order."""
    assert outcome.wallet_id is not None
    assert outcome.seq is not None
    entry = api.entry(books.connection, books.issuer_id, outcome.wallet_id, outcome.seq)
    assert entry is not None
    assert entry.kind == "refund"
    return [(line.lot_id, line.amount) for line in entry.lines]


def test_last_used_first(books: Books, town: tuple[int, int, tuple[int, int, int], str]) -> None:
    _, wallet, (first, second, third), number = town
    part = books.refund(number, 70)
    assert (part.outcome, part.amount, part.left_over) == ("refunded", 70, 180)
    assert lines(books, part) == [(third, 50), (second, 20)]
    rest = books.refund(number)
    assert (rest.outcome, rest.amount, rest.left_over) == ("refunded", 180, 0)
    assert lines(books, rest) == [(second, 80), (first, 100)]
    assert books.lots(wallet) == {first: 100, second: 100, third: 100}


def test_refusals_change_nothing(
    books: Books, town: tuple[int, int, tuple[int, int, int], str]
) -> None:
    shop, wallet, _, number = town
    stranger = Books(books.connection)
    before = rows_of(books.connection, wallet)
    assert books.refund(number, 251).outcome == "refund_exceeds_payment"
    assert books.refund(number, 0).outcome == "unknown"
    assert books.refund(number, -1).outcome == "unknown"
    assert books.refund(number[:-1] + "x").outcome == "unknown"
    assert books.refund(number, shop=books.shop()).outcome == "unknown"
    assert stranger.refund(number).outcome == "unknown"
    assert rows_of(books.connection, wallet) == before

    outcome = books.refund(number, shop=shop)
    assert outcome.outcome == "refunded"
    assert outcome.number is not None
    before = rows_of(books.connection, wallet)
    assert books.refund(number).outcome == "already_refunded"
    assert books.refund(number, 1).outcome == "already_refunded"
    assert books.refund(outcome.number).outcome == "unknown"  # a refund is no payment
    assert rows_of(books.connection, wallet) == before


def test_retries(books: Books, town: tuple[int, int, tuple[int, int, int], str]) -> None:
    _, wallet, _, number = town
    first = books.refund(number, 10, key=f"once {number}")
    again = books.refund(number, 10, key=f"once {number}")
    assert again.outcome == "replayed"
    assert (again.seq, again.number, again.at) == (first.seq, first.number, first.at)
    assert (again.wallet_id, again.amount) == (wallet, 10)
    assert books.refund(number, 11, key=f"once {number}").outcome == "key_conflict"
    api.cancel(books.connection, "test:staff", f"never {number}")
    assert books.refund(number, 10, key=f"never {number}").outcome == "cancelled"
    assert books.held(wallet) == 60


def test_numbers_are_always_later(
    books: Books, town: tuple[int, int, tuple[int, int, int], str]
) -> None:
    _, _, _, number = town
    with books.connection.transaction():
        outcomes = [books.refund(number, 1) for _ in range(20)]
    numbers = [outcome.number or "" for outcome in outcomes]
    assert all(re.fullmatch(re.escape(number) + r"-\d{17}", n) for n in numbers)
    assert numbers == sorted(set(numbers))
    assert outcomes[0].at is not None
    first = outcomes[0].at.astimezone(JAPAN)
    assert numbers[0][-17:] == f"{first:%Y%m%d%H%M%S}{first.microsecond // 1000:03}"
    standing = api.payment_standing(books.connection, books.issuer_id, number)
    assert standing is not None
    known = [(each.number, each.entry.refunded_number) for each in standing.refunds]
    assert known == [(n, number) for n in numbers]


def test_two_refunds_of_one_millisecond_have_two_numbers(shiftable: Shiftable) -> None:
    """The clock goes back, so both are written at the time of the first."""
    books = shiftable.books
    emoney = books.emoney()
    shop, wallet, now = books.shop(emoney), books.wallet(), books.now()
    books.issue(wallet, emoney, 100)
    number = books.paid(wallet, shop, 100)
    shiftable.show(now + timedelta(seconds=50))
    numbers = [books.refund(number, 1).number or ""]
    shiftable.show(now)
    outcomes = [books.refund(number, 1) for _ in range(2)]
    assert outcomes[0].at == outcomes[1].at
    numbers += [outcome.number or "" for outcome in outcomes]
    assert [int(n[-17:]) - int(numbers[0][-17:]) for n in numbers] == [0, 1, 2]


def test_frozen_takes_it_and_stays_frozen(
    books: Books, town: tuple[int, int, tuple[int, int, int], str]
) -> None:
    shop, wallet, _, number = town
    books.change("freeze", wallet)
    assert books.refund(number).outcome == "refunded"
    assert books.held(wallet) == 300
    assert books.pay(wallet, shop, 1).outcome == "frozen"


def test_closed_and_moved_nowhere(books: Books) -> None:
    emoney = books.emoney()
    shop, wallet = books.shop(emoney), books.wallet()
    books.issue(wallet, emoney, 100)
    number = books.paid(wallet, shop, 100)
    assert books.change("close", wallet) == "done"
    before = rows_of(books.connection, wallet)
    assert books.refund(number).outcome == "closed"
    assert rows_of(books.connection, wallet) == before


def test_follows_transfers(books: Books, town: tuple[int, int, tuple[int, int, int], str]) -> None:
    _, wallet, _, number = town
    second, third = books.wallet(), books.wallet()
    books.refund(number, 10)
    assert books.transfer(wallet, second).outcome == "transferred"
    assert books.refund(number, 10).outcome == "refunded"
    assert books.transfer(second, third).outcome == "transferred"
    outcome = books.refund(number)
    assert (outcome.outcome, outcome.amount, outcome.wallet_id) == ("refunded", 230, third)
    assert [books.held(w) for w in (wallet, second, third)] == [0, 0, 300]
    assert sorted(books.lots(third).values()) == [100, 100, 100]
    assert books.refund(number).outcome == "already_refunded"


def verified(shiftable: Shiftable) -> bool:
    with psycopg.connect(shiftable.copy.owner_url) as owner:
        return checks.verify(owner, [checks.OWN]).ok


class TestAfterExpiry:
    """A payment's lot has died meanwhile."""

    def test_without_grace_it_dies_at_once(self, shiftable: Shiftable) -> None:
        books = shiftable.books
        emoney = books.emoney()
        shop, wallet, expiry = books.shop(emoney), books.wallet(), books.in_days(30)
        books.issue(wallet, emoney, 100, expiry)
        living = books.issue(wallet, emoney, 50)
        number = books.paid(wallet, shop, 150)
        shiftable.show(expiry)
        outcome = books.refund(number)
        assert (outcome.outcome, outcome.amount, outcome.expired_amount) == ("refunded", 150, 100)
        assert books.lots(wallet) == {living: 50}
        assert books.kinds(wallet)[-2:] == ["refund", "expiry"]
        assert verified(shiftable)

    def test_with_grace_it_becomes_a_new_lot(self, shiftable: Shiftable) -> None:
        books = Books(shiftable.books.connection, refund_grace_days=7)
        emoney = books.emoney()
        shop, wallet, expiry = books.shop(emoney), books.wallet(), books.in_days(30)
        dead = books.issue(wallet, emoney, 100, expiry)
        number = books.paid(wallet, shop, 80)
        shiftable.show(expiry + timedelta(days=1))
        outcome = books.refund(number, 50)
        assert (outcome.outcome, outcome.amount, outcome.expired_amount) == ("refunded", 50, 0)
        # The 20 that were never spent die; what comes back lives for the grace.
        assert books.kinds(wallet)[-2:] == ["refund", "expiry"]
        (lot,) = api.lots(books.connection, books.issuer_id, wallet)
        assert lot.lot_id != dead
        assert (lot.face, lot.balance) == (50, 50)
        assert outcome.at is not None
        assert lot.expires_at == outcome.at + timedelta(days=7)
        issued = books.connection.execute(
            "select count(distinct issued_at) from ledger.lot where wallet_id = %s", [wallet]
        ).fetchone()
        assert issued == (1,)  # the legal date of issue stays
        assert books.pay(wallet, shop, 50).outcome == "paid"
        assert verified(shiftable)

    def test_two_grace_lots_of_one_origin_in_one_payment(self, shiftable: Shiftable) -> None:
        books = Books(shiftable.books.connection, refund_grace_days=7)
        emoney = books.emoney()
        shop, wallet, expiry = books.shop(emoney), books.wallet(), books.in_days(30)
        books.issue(wallet, emoney, 100, expiry)
        first = books.paid(wallet, shop, 100)
        shiftable.show(expiry)
        assert books.refund(first, 60).outcome == "refunded"
        assert books.refund(first, 40).outcome == "refunded"
        second = books.paid(wallet, shop, 100)
        outcome = books.refund(second, 30)
        assert (outcome.outcome, outcome.left_over) == ("refunded", 70)
        outcome = books.refund(second)
        assert (outcome.outcome, outcome.amount, outcome.left_over) == ("refunded", 70, 0)
        assert books.refund(second).outcome == "already_refunded"
        assert books.held(wallet) == 100
        assert verified(shiftable)
