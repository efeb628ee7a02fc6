"""Cuts close an issuer's books, and what shops took until a cut is summed up to the yen."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from hansatsu.ledger import api
from tests.ledger.books import Books, rows_of
from tests.ledger.conftest import Shiftable
from tests.ledger.test_figures import midnight

JAPAN = ZoneInfo("Asia/Tokyo")
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


def closed_until(books: Books) -> datetime | None:
    """Until when the issuer's books are closed; None for never."""
    (row,) = books.connection.execute(
        "select nullif(closed_until, '-infinity') from ledger.issuer where issuer_id = %s",
        [books.issuer_id],
    ).fetchall()
    return row[0]


class TestCut:
    """A midnight that has come, and no other moment, closes the books; they never open again."""

    def test_before_its_time_nothing_happens(self, shiftable: Shiftable) -> None:
        books = shiftable.books
        coming = midnight(books.now()) + DAY
        shiftable.show(coming - 60 * SECOND)
        assert not api.cut(books.connection, books.issuer_id, coming)
        assert closed_until(books) is None
        shiftable.show(coming)
        assert api.cut(books.connection, books.issuer_id, coming)
        assert closed_until(books) == coming

    @pytest.mark.parametrize(
        "off", [SECOND, -SECOND, timedelta(microseconds=1), timedelta(hours=9)]
    )
    def test_what_is_no_midnight_in_japan_is_refused(self, books: Books, off: timedelta) -> None:
        moment = midnight(books.now()) - DAY
        assert not api.cut(books.connection, books.issuer_id, moment + off)
        assert closed_until(books) is None
        assert api.cut(books.connection, books.issuer_id, moment.astimezone(UTC))
        assert closed_until(books) == moment

    def test_books_never_open_again(self, books: Books) -> None:
        today = midnight(books.now())
        assert api.cut(books.connection, books.issuer_id, today)
        assert api.cut(books.connection, books.issuer_id, today - DAY)
        assert closed_until(books) == today

    def test_an_issuer_that_is_not_there(self, books: Books) -> None:
        assert not api.cut(books.connection, -1, midnight(books.now()))

    def test_another_issuer_stays_open(self, books: Books) -> None:
        other = Books(books.connection)
        assert api.cut(books.connection, books.issuer_id, midnight(books.now()))
        assert closed_until(other) is None

    def test_inside_a_transaction_is_refused(self, books: Books) -> None:
        today = midnight(books.now())
        with books.connection.transaction(), pytest.raises(RuntimeError):
            api.cut(books.connection, books.issuer_id, today)
        with books.connection.transaction(), pytest.raises(RuntimeError):
            api.writers_since(books.connection)
        assert closed_until(books) is None

    def test_a_payment_after_a_cut_is_not_before_it(self, shiftable: Shiftable) -> None:
        """Nor is any other entry, of a machine whose clock is behind."""
        books = shiftable.books
        emoney = books.emoney()
        shop, wallet, target = books.shop(emoney), books.wallet(), books.wallet()
        until = midnight(books.now()) + DAY
        books.issue(wallet, emoney, 1000)
        number = books.paid(wallet, shop, 10)
        shiftable.show(until)
        assert api.cut(books.connection, books.issuer_id, until)
        shiftable.show(until - 30 * SECOND)
        books.issue(wallet, emoney, 1)
        for way in (api.pay, lambda c, p: api.pay_set(c, [p])[0]):
            outcome = way(books.connection, books.payment(wallet, shop, 10))
            assert (outcome.outcome, outcome.at) == ("paid", until)
        refund = books.refund(number, 5)
        assert (refund.outcome, refund.at) == ("refunded", until)
        assert books.transfer(wallet, target).at == until
        sums = taken(books, [shop], [until - 30 * DAY], until)
        assert [(s.kind, s.amount) for s in sums if s.emoney_id is None] == [("payment", 10)]


def taken(
    books: Books, shops: Sequence[int], starts: Sequence[datetime], until: datetime
) -> list[api.ShopDaySum]:
    """The sums of the books' issuer."""
    return api.shop_sums(books.connection, books.issuer_id, shops, starts, until)


@dataclass
class Done:
    """A payment, or a refund of one, as the test did it."""

    kind: str
    shop: int
    at: datetime
    payment_at: datetime
    yen: Counter[int]
    completes: bool = False


@dataclass
class Paid:
    """A payment that can be given back: what is left of it, by emoney in order of use."""

    number: str
    shop: int
    at: datetime
    uses: list[list[int]]

    def give_back(self, amount: int) -> Counter[int]:
        """What goes back of which emoney: the last used first."""
        yen: Counter[int] = Counter()
        for use in reversed(self.uses):
            part = min(use[1], amount)
            use[1] -= part
            amount -= part
            yen[use[0]] += part
        return +yen

    @property
    def left(self) -> int:
        return sum(use[1] for use in self.uses)


@dataclass
class Town:
    """Books with several emoneys, shops and wallets, and a record of all that was done there."""

    books: Books
    done: list[Done] = field(default_factory=list)
    payments: list[Paid] = field(default_factory=list)

    def pay(self, wallet: int, shop: int, amount: int) -> None:
        outcome = self.books.pay(wallet, shop, amount)
        if outcome.outcome != "paid":
            return
        assert outcome.at is not None
        assert outcome.number is not None
        yen: Counter[int] = Counter()
        for use in outcome.uses:
            yen[use.emoney_id] += use.amount
        self.done.append(Done("payment", shop, outcome.at, outcome.at, yen))
        uses = [[use.emoney_id, use.amount] for use in outcome.uses]
        self.payments.append(Paid(outcome.number, shop, outcome.at, uses))

    def refund(self, payment: Paid, amount: int) -> None:
        outcome = self.books.refund(payment.number, amount)
        assert outcome.outcome == "refunded"
        assert outcome.at is not None
        yen = payment.give_back(amount)
        self.done.append(
            Done("refund", payment.shop, outcome.at, payment.at, yen, payment.left == 0)
        )

    def expected(
        self, shops: Sequence[int], starts: Sequence[datetime], until: datetime
    ) -> dict[tuple[int, str, int | None, date], tuple[int, int, int]]:
        """Count, yen and completing refunds, by shop, kind, emoney and day of payment."""
        sums: dict[tuple[int, str, int | None, date], tuple[int, int, int]] = {}
        since = dict(zip(shops, starts, strict=True))
        for each in self.done:
            if each.shop in since and since[each.shop] <= each.at < until:
                day = each.payment_at.astimezone(JAPAN).date()
                lines: dict[int | None, int] = dict(each.yen) | {None: each.yen.total()}
                for emoney, yen in lines.items():
                    key = each.shop, each.kind, emoney, day
                    count, amount, completing = sums.get(key, (0, 0, 0))
                    more = int(each.completes and emoney is None)
                    sums[key] = count + 1, amount + yen, completing + more
        return sums


def by_key(
    sums: Sequence[api.ShopDaySum],
) -> dict[tuple[int, str, int | None, date], tuple[int, int, int]]:
    """The ledger's sums as `Town.expected` has them."""
    found = {
        (s.shop_id, s.kind, s.emoney_id, s.payment_day): (s.count, s.amount, s.completing)
        for s in sums
    }
    assert len(found) == len(sums)
    return found


def test_sums_are_those_of_a_plain_model(shiftable: Shiftable) -> None:
    """A random month of payments over lots of three emoneys, refunds in parts and to the last yen,
    days and moves of wallets later; summed up over ranges that begin at different midnights."""
    books, chance = shiftable.books, random.Random(16)
    town = Town(books)
    emoneys = [books.emoney() for _ in range(3)]
    shops = [books.shop(*emoneys), books.shop(*emoneys[:2]), books.shop(emoneys[2])]
    stranger = Books(books.connection)
    theirs = stranger.emoney()
    their_shop, their_wallet = stranger.shop(theirs), stranger.wallet()
    stranger.issue(their_wallet, theirs, 1000)
    stranger.paid(their_wallet, their_shop, 70)
    wallets = [books.wallet() for _ in range(4)]
    first = midnight(books.now()) + DAY
    for wallet in wallets:
        for emoney in emoneys * 3:
            books.issue(wallet, emoney, chance.randint(100, 900))
    for day in range(8):
        for hour in (0, 8, 9, 23):
            shiftable.show(first + timedelta(days=day, hours=hour, minutes=59 * (hour == 23)))
            for _ in range(3):
                town.pay(chance.choice(wallets), chance.choice(shops), chance.randint(1, 300))
            payment = chance.choice(town.payments)
            if payment.left:
                whole = chance.random() < 0.4
                town.refund(payment, payment.left if whole else chance.randint(1, payment.left))
        moved = wallets.pop(0)
        wallets.append(books.wallet())
        assert books.transfer(moved, wallets[-1]).outcome == "transferred"
    assert sum(each.completes for each in town.done) > 3
    assert any(each.at.date() - each.payment_at.date() > DAY for each in town.done)
    asked = [*shops, their_shop]
    for until in (first + 3 * DAY, first + 8 * DAY):
        starts = [first + each * DAY for each in (0, 2, 1, 0)]
        found = taken(books, asked, starts, until)
        assert by_key(found) == town.expected(asked, starts, until)
        keys = [(s.shop_id, s.kind, s.emoney_id or 0, s.payment_day) for s in found]
        assert keys == sorted(keys)
    whole = taken(books, shops, [first - DAY] * 3, first + 9 * DAY)
    net = sum(s.amount if s.kind == "payment" else -s.amount for s in whole if s.emoney_id is None)
    (account,) = books.connection.execute(
        "select sum(amount) from ledger.posting where issuer_id = %s and account_id = -1",
        [books.issuer_id],
    ).fetchall()
    assert net == account[0] > 0


def test_several_lots_of_one_emoney_are_one_entry(books: Books) -> None:
    emoney, other = books.emoney(), books.emoney()
    shop, wallet = books.shop(emoney, other), books.wallet()
    for expiry in (1, 2, 3):
        books.issue(wallet, emoney, 100, books.in_days(expiry))
    books.issue(wallet, other, 100)
    books.refund(books.paid(wallet, shop, 350), 120)
    tomorrow = midnight(books.now()) + DAY
    sums = taken(books, [shop], [tomorrow - 2 * DAY], tomorrow)
    assert [(s.kind, s.emoney_id, s.count, s.amount, s.completing) for s in sums] == [
        ("payment", None, 1, 350, 0),
        ("payment", emoney, 1, 300, 0),
        ("payment", other, 1, 50, 0),
        ("refund", None, 1, 120, 0),
        ("refund", emoney, 1, 70, 0),
        ("refund", other, 1, 50, 0),
    ]


def test_shops_of_an_issuer(books: Books) -> None:
    shops = [books.shop() for _ in range(3)]
    stranger = Books(books.connection)
    stranger.shop()
    assert api.shops_of(books.connection, books.issuer_id) == shops
    assert taken(books, shops, [books.now() - DAY] * 3, books.now()) == []


def test_reading_changes_nothing(books: Books) -> None:
    emoney = books.emoney()
    shop, wallet = books.shop(emoney), books.wallet()
    books.issue(wallet, emoney, 100)
    books.paid(wallet, shop, 10)
    before = rows_of(books.connection, wallet)
    number = api.writers_since(books.connection)
    api.writers_are_done(books.connection, number)
    taken(books, [shop], [books.now() - DAY], books.now() + DAY)
    assert rows_of(books.connection, wallet) == before
