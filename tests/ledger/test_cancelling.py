"""A till does not know what became of a payment: after a cancellation, nobody is charged."""

from datetime import timedelta

import psycopg
import pytest

from hansatsu.database.server import EmbeddedServer
from hansatsu.ledger import api, checks
from tests.ledger.books import Books, rows_of
from tests.ledger.test_concurrency import race
from tests.support.copies import DatabaseCopy


class Till:
    """A shop with a wallet of 1000 yen, and a payment of 100 there."""

    def __init__(self, books: Books) -> None:
        self.books = books
        emoney = books.emoney()
        self.shop, self.wallet = books.shop(emoney), books.wallet()
        books.issue(self.wallet, emoney, 1000)
        self.payment = books.payment(self.wallet, self.shop, 100)

    def asked(self, **changed: object) -> api.PaymentToCancel:
        request = self.payment.request
        fields = {
            "actor": request.actor,
            "key": request.key,
            "issuer_id": self.books.issuer_id,
            "shop_id": self.shop,
        }
        return api.PaymentToCancel(**(fields | changed))  # type: ignore[arg-type]

    def cancel(self, **changed: object) -> api.PaymentCancelled:
        return api.cancel_payment(self.books.connection, self.asked(**changed))

    def pay(self) -> api.PaymentOutcome:
        return api.pay(self.books.connection, self.payment)


@pytest.fixture
def till(books: Books) -> Till:
    return Till(books)


def test_what_had_not_happened_never_will(till: Till) -> None:
    assert till.cancel().outcome == "cancelled"
    assert till.pay().outcome == "cancelled"
    assert till.cancel().outcome == "cancelled"
    assert till.books.held(till.wallet) == 1000


def test_what_had_happened_goes_back_and_stays_cancelled(till: Till) -> None:
    paid = till.pay()
    back = till.cancel()
    assert (back.outcome, back.number, back.amount) == ("refunded", paid.number, 100)
    assert till.books.held(till.wallet) == 1000
    before = rows_of(till.books.connection, till.wallet)
    assert till.pay().outcome == "cancelled"
    again = till.cancel()
    assert (again.outcome, again.number, again.amount) == ("refunded", paid.number, None)
    assert again.refund_number == back.refund_number is not None
    assert rows_of(till.books.connection, till.wallet) == before
    request = till.payment.request
    settled = api.cancel(till.books.connection, request.actor, request.key)
    assert (settled.outcome, settled.seq) == ("given_back", paid.seq)


def test_it_goes_back_in_the_name_of_who_paid(
    till: Till, owner_connection: psycopg.Connection
) -> None:
    till.pay()
    till.cancel(note='{"reason": "x"}')
    row = owner_connection.execute(
        "select kind::text, actor from ledger.entry where wallet_id = %s order by seq desc limit 1",
        [till.wallet],
    ).fetchone()
    assert row == ("refund", till.payment.request.actor)


def test_what_was_refunded_before_is_cancelled_all_the_same(till: Till) -> None:
    number = till.pay().number
    assert number is not None
    first = till.books.refund(number)
    back = till.cancel()
    assert (back.outcome, back.refund_number, back.amount) == ("refunded", first.number, None)
    assert till.pay().outcome == "cancelled"


def test_the_rest_of_a_refund_in_part_goes_back(till: Till) -> None:
    number = till.pay().number
    assert number is not None
    till.books.refund(number, 30)
    assert till.cancel().amount == 70
    assert till.books.held(till.wallet) == 1000


def test_another_terminals_payment_is_left_alone(till: Till) -> None:
    paid = till.pay()
    before = rows_of(till.books.connection, till.wallet)
    other = "test:other terminal"
    found = till.cancel(actor=other, others=(till.payment.request.actor,))
    assert (found.outcome, found.number) == ("other_terminal", paid.number)
    assert rows_of(till.books.connection, till.wallet) == before
    assert api.find_request(till.books.connection, other, till.payment.request.key) is None


def test_a_tombstone_of_before_stays_whatever_another_terminal_made(till: Till) -> None:
    """Only a claim of one's own is given back: not what an earlier cancellation has settled."""
    other = "test:other terminal"
    asked = {"actor": other, "others": (till.payment.request.actor,)}
    assert till.cancel(**asked).outcome == "cancelled"
    till.pay()
    before = rows_of(till.books.connection, till.wallet)
    assert till.cancel(**asked).outcome == "cancelled"
    assert rows_of(till.books.connection, till.wallet) == before
    assert api.find_request(till.books.connection, other, till.payment.request.key) is not None


def test_ones_own_key_comes_before_another_terminals(till: Till) -> None:
    till.pay()
    other = "test:other terminal"
    assert till.cancel(actor=other).outcome == "cancelled"
    found = till.cancel(actor=other, others=(till.payment.request.actor,))
    assert found.outcome == "cancelled"
    assert till.cancel(others=(other,)).outcome == "refunded"


@pytest.mark.parametrize("why", ["too_late", "closed", "other", "elsewhere"])
def test_what_cannot_be_undone_stays_as_it_is(till: Till, why: str) -> None:
    books = till.books
    changed: dict[str, object] = {}
    if why == "other":
        books.change("freeze", till.wallet)
        actor, key = books.connection.execute(
            "select r.actor, r.key from ledger.request as r where r.wallet_id = %s"
            " and r.operation = 'freeze'",
            [till.wallet],
        ).fetchall()[0]
        changed = {"actor": actor, "key": key}
    else:
        till.pay()
    if why == "too_late":
        changed = {"since": books.now() + timedelta(seconds=1)}
    elif why == "closed":
        books.paid(till.wallet, till.shop, 900)
        assert books.change("close", till.wallet) == "done"
    elif why == "elsewhere":
        changed = {"shop_id": books.shop(books.emoney())}
    before = rows_of(books.connection, till.wallet)
    assert till.cancel(**changed).outcome == ("other" if why == "elsewhere" else why)
    assert rows_of(books.connection, till.wallet) == before


def test_payment_and_cancellations_at_once_charge_nobody(
    books: Books, server: EmbeddedServer
) -> None:
    for _ in range(8):
        till = Till(books)

        def act(connection: psycopg.Connection, place: int, till: Till = till) -> str:
            if place == 0:
                return api.pay(connection, till.payment).outcome
            return api.cancel_payment(connection, till.asked()).outcome

        outcomes = race(server.app_url, 3, act)
        assert outcomes in (["paid", *["refunded"] * 2], ["cancelled"] * 3)
        assert books.held(till.wallet) == 1000


def test_a_cancellation_that_waits_too_long_settles_nothing(
    till: Till, server: EmbeddedServer
) -> None:
    """The payment is on its way and hangs: nobody may be told that it is cancelled."""
    with psycopg.connect(server.app_url) as hanging:
        assert api.pay(hanging, till.payment).outcome == "paid"
        till.books.connection.execute("set lock_timeout = '50ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            till.cancel()
        request = till.payment.request
        with pytest.raises(psycopg.errors.LockNotAvailable):
            api.cancel(till.books.connection, request.actor, request.key)
    assert till.cancel().outcome == "refunded"


def test_a_payment_that_counts_as_cancelled_but_was_not_given_back_is_named(
    database_copy: DatabaseCopy,
) -> None:
    with (
        psycopg.connect(database_copy.app_url, autocommit=True) as app,
        psycopg.connect(database_copy.owner_url, autocommit=True) as owner,
    ):
        till, kept, part = Till(Books(app)), Till(Books(app)), Till(Books(app))
        till.pay()
        till.cancel()
        kept.pay()
        number = part.pay().number
        assert number is not None
        part.books.refund(number, 40)
        assert checks.verify(owner, [checks.OWN]).ok
        owner.execute("update ledger.request set cancelled = true where operation = 'issue'")
        owner.execute("update ledger.request set cancelled = true where operation = 'payment'")
        found = {
            each.name: each for each in checks.verify(owner, [checks.OWN]).checks if each.violations
        }
        assert list(found) == ["14_cancelled_given_back"]
        rows = " ".join(found["14_cancelled_given_back"].rows)
        assert found["14_cancelled_given_back"].violations == 5
        assert "0 of its 100 yen" in rows
        assert "40 of its 100 yen" in rows
        assert "is no payment" in rows
