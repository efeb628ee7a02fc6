"""A till that has lost its key asks for the same sale again: the reference tells."""

from copy import replace
from datetime import timedelta

import psycopg
import pytest

from hansatsu.database.server import EmbeddedServer
from hansatsu.ledger import api
from tests.ledger.books import Books, rows_of
from tests.ledger.conftest import Shiftable
from tests.ledger.test_concurrency import race
from tests.ledger.ways import WAYS, by_turns

SALE = '{"reference": "000123"}'


class Till:
    """A shop with a wallet of 1000 yen that pays 100 there, a sale."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self.emoney = books.emoney()
        self.shop, self.wallet = books.shop(self.emoney), books.wallet()
        books.issue(self.wallet, self.emoney, 1000)

    def sale(
        self, reference: str | None = SALE, *, once: bool = True, amount: int = 100, shop: int = 0
    ) -> api.Payment:
        payment = self.books.payment(self.wallet, shop or self.shop, amount)
        return replace(payment, reference=reference, reference_once=once)

    def pay(self, payment: api.Payment | None = None) -> api.PaymentOutcome:
        return self.books.way(self.books.connection, payment or self.sale())


@pytest.fixture(params=WAYS)
def books(request: pytest.FixtureRequest, app_connection: psycopg.Connection) -> Books:
    return Books(app_connection, way=WAYS[request.param])


@pytest.fixture(params=WAYS)
def shiftable(request: pytest.FixtureRequest, shiftable: Shiftable) -> Shiftable:
    shiftable.books.way = WAYS[request.param]
    return shiftable


@pytest.fixture
def till(books: Books) -> Till:
    return Till(books)


def test_the_same_sale_twice_is_refused_with_the_first_number(till: Till) -> None:
    first = till.pay()
    before = rows_of(till.books.connection, till.wallet)
    again = till.pay()
    assert (first.outcome, again.outcome) == ("paid", "duplicate_reference")
    assert again.number == first.number
    assert not again.paid
    assert rows_of(till.books.connection, till.wallet) == before


def test_another_sale_is_another(till: Till) -> None:
    till.pay()
    other_shop = till.books.shop(till.emoney)
    others = [
        till.sale('{"reference": "000124"}'),
        till.sale(amount=101),
        till.sale(shop=other_shop),
        till.sale(None),
        till.sale(None),
    ]
    assert [till.pay(other).outcome for other in others] == ["paid"] * 5


def test_only_a_terminal_that_asks_for_it_is_held_to_it(till: Till) -> None:
    first, second = till.pay(till.sale(once=False)), till.pay(till.sale(once=False))
    assert (first.outcome, second.outcome) == ("paid", "paid")
    again = till.pay()
    assert (again.outcome, again.number) == ("duplicate_reference", second.number)


def test_a_retry_under_its_key_is_replayed(till: Till) -> None:
    payment = till.sale()
    first, again = till.pay(payment), till.pay(payment)
    assert (first.outcome, again.outcome) == ("paid", "replayed")
    assert first.number == again.number


def test_it_is_told_before_the_code_that_was_used(till: Till) -> None:
    device, step = till.books.device(till.wallet), int(till.books.now().timestamp()) // 30
    till.pay(replace(till.sale(), device=device, step=step))
    again = till.pay(replace(till.sale(), device=device, step=step))
    assert again.outcome == "duplicate_reference"


@pytest.mark.parametrize(("back", "then"), [(99, "duplicate_reference"), (None, "paid")])
def test_a_sale_that_was_given_back_whole_may_be_made_again(
    till: Till, back: int | None, then: str
) -> None:
    number = till.pay().number
    assert number is not None
    till.books.refund(number, back)
    assert till.pay().outcome == then


def test_an_erased_reference_is_like_none(till: Till, owner_connection: psycopg.Connection) -> None:
    till.pay()
    owner_connection.execute("delete from ledger.note where wallet_id = %s", [till.wallet])
    assert till.pay().outcome == "paid"


def test_after_an_hour_it_is_another_sale(shiftable: Shiftable) -> None:
    till = Till(shiftable.books)
    first = till.pay()
    assert first.at is not None
    shiftable.show(first.at + timedelta(minutes=59, seconds=50))
    assert till.pay().outcome == "duplicate_reference"
    shiftable.show(first.at + timedelta(hours=1))
    assert till.pay().outcome == "paid"


def test_after_an_hour_it_is_another_sale_also_when_others_were_paid_meanwhile(
    shiftable: Shiftable,
) -> None:
    till = Till(shiftable.books)
    first = till.pay()
    assert first.at is not None
    shiftable.show(first.at + timedelta(minutes=50))
    assert till.pay(till.sale('{"reference": "000124"}')).outcome == "paid"
    shiftable.show(first.at + timedelta(minutes=59, seconds=50))
    assert till.pay().outcome == "duplicate_reference"
    shiftable.show(first.at + timedelta(hours=1))
    assert till.pay().outcome == "paid"
    assert till.pay(till.sale('{"reference": "000124"}')).outcome == "duplicate_reference"


def test_of_two_at_once_one_is_paid(till: Till, server: EmbeddedServer) -> None:
    for place in range(5):
        sales = [till.sale(f'{{"reference": "{place}"}}') for _ in range(4)]
        outcomes = race(server.app_url, 4, lambda c, i, s=sales: by_turns(i)(c, s[i]))
        assert sorted(o.outcome for o in outcomes) == ["duplicate_reference"] * 3 + ["paid"]
        assert len({o.number for o in outcomes}) == 1


def test_negative_control_without_the_switch_both_are_paid(
    till: Till, server: EmbeddedServer
) -> None:
    sales = [till.sale(once=False) for _ in range(2)]
    outcomes = race(server.app_url, 2, lambda c, i: by_turns(i)(c, sales[i]))
    assert [o.outcome for o in outcomes] == ["paid", "paid"]
