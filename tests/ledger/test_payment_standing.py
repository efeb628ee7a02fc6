"""A payment as it stands: one reading for all who tell of it."""

from datetime import timedelta

from hansatsu.ledger import api, payments
from tests.ledger.books import Books
from tests.ledger.conftest import Shiftable


def standing(books: Books, number: str) -> api.PaymentStanding:
    found = api.payment_standing(books.connection, books.issuer_id, number)
    assert found is not None
    return found


def test_a_payment_from_two_emoneys_with_its_refunds(books: Books) -> None:
    first, second = books.emoney(), books.emoney()
    shop, wallet = books.shop(first, second), books.wallet()
    lots = (books.issue(wallet, first, 60, books.in_days(9)), books.issue(wallet, second, 90))
    number = books.paid(wallet, shop, 100)
    fresh = standing(books, number)
    assert (fresh.number, fresh.entry.shop_id, fresh.entry.wallet_id) == (number, shop, wallet)
    assert (fresh.device, fresh.wallet_kind, fresh.refunds) == (None, "resident", ())
    assert (fresh.amount, fresh.refunded, fresh.left) == (100, 0, 100)
    assert [(line.lot_id, line.amount) for line in fresh.entry.lines] == [
        (lots[0], -60),
        (lots[1], -40),
    ]
    made = [books.refund(number, amount).number for amount in (50, 1)]
    told = standing(books, number)
    assert [refund.number for refund in told.refunds] == made
    assert [refund.amount for refund in told.refunds] == [50, 1]
    assert (told.amount, told.refunded, told.left) == (100, 51, 49)
    assert [(line.lot_id, line.amount) for line in told.refunds[0].entry.lines] == [
        (lots[1], 40),
        (lots[0], 10),
    ]
    assert all(not refund.loss.total for refund in told.refunds)


def test_a_refunds_number_opens_its_payment(books: Books) -> None:
    emoney = books.emoney()
    shop, wallet = books.shop(emoney), books.wallet()
    books.issue(wallet, emoney, 100)
    number = books.paid(wallet, shop, 30)
    made = books.refund(number, 10)
    assert made.number is not None
    told = standing(books, made.number)
    assert told == standing(books, number)
    assert told.refund(made.number) == told.refunds[0]
    assert told.refund(number) is None


def test_a_refund_in_part_then_a_reversal_then_the_rest(shiftable: Shiftable) -> None:
    """Of the rest, one lot has died and the other one's charge was taken back."""
    books = shiftable.books
    emoney = books.emoney()
    shop, wallet, now = books.shop(emoney), books.wallet(), books.now()
    books.issue(wallet, emoney, 60, now + timedelta(days=1))
    books.issue(wallet, emoney, 90, now + timedelta(days=9))
    charge = api.history(books.connection, books.issuer_id, wallet)[0]
    number = books.paid(wallet, shop, 100)
    books.refund(number, 10)
    assert books.reverse(wallet, charge.seq).reversed
    shiftable.show(now + timedelta(days=2))
    last = books.refund(number)
    assert (last.amount, last.expired_amount, last.reversed_amount) == (90, 60, 30)
    told = standing(books, number)
    assert (told.refunded, told.left) == (100, 0)
    assert [refund.loss for refund in told.refunds] == [
        api.RefundLoss(),
        api.RefundLoss(expired_amount=60, reversed_amount=30),
    ]


def test_a_refund_follows_a_wallet_that_was_moved(books: Books) -> None:
    emoney = books.emoney()
    shop, wallet, other = books.shop(emoney), books.wallet(), books.wallet()
    books.issue(wallet, emoney, 100)
    number = books.paid(wallet, shop, 70)
    assert books.transfer(wallet, other).outcome == "transferred"
    books.refund(number, 20)
    told = standing(books, number)
    assert told.entry.wallet_id == wallet
    assert [refund.entry.wallet_id for refund in told.refunds] == [other]
    assert told.left == 50


def test_nobody_elses_and_nonsense(books: Books) -> None:
    emoney = books.emoney()
    shop, wallet = books.shop(emoney), books.wallet()
    books.issue(wallet, emoney, 100)
    number = books.paid(wallet, shop, 70)
    books.refund(number, 20)
    stranger = Books(books.connection)
    assert api.payment_standing(books.connection, stranger.issuer_id, number) is None
    for text in ("", "-", "\0", "\ud800", "%", "x", number[:-1], f"{number}-", f"{number}-1"):
        assert api.payment_standing(books.connection, books.issuer_id, text) is None


def test_refunds_are_sought_by_number_where_nothing_is_known_of_the_table(
    shiftable: Shiftable,
) -> None:
    """A town that has just begun, or was just restored: each payment would be compared with every
    entry of its issuer, for every webhook."""
    connection = shiftable.books.connection
    asked = {"numbers": [str(number) for number in range(64)], "issuer": 1}
    known = "select reltuples from pg_class where oid = 'ledger.entry'::regclass"
    assert connection.execute(known).fetchone() == (-1,)
    plan = connection.execute("explain " + payments.REFUNDS, asked).fetchall()
    assert any("entry_number" in line for (line,) in plan), plan
