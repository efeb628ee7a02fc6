"""Payments: what they take, in which order, and what they refuse without a trace."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from copy import replace
from datetime import UTC, datetime, time, timedelta

import psycopg
import pytest

from hansatsu.database.server import EmbeddedServer
from hansatsu.ledger import api
from hansatsu.ledger.bands import JAPAN
from tests.ledger.books import PREFIX, Books, fresh_id, rows_of, used
from tests.ledger.conftest import Shiftable
from tests.ledger.ways import WAYS, Way


@pytest.fixture(params=WAYS.values(), ids=WAYS)
def way(request: pytest.FixtureRequest) -> Way:
    chosen: Way = request.param
    return chosen


@pytest.fixture
def books(app_connection: psycopg.Connection, way: Way) -> Books:
    return Books(app_connection, way=way)


@pytest.fixture
def shiftable(shiftable: Shiftable, way: Way) -> Shiftable:
    shiftable.books.way = way
    return shiftable


@contextmanager
def nothing_changes(books: Books, *wallets: int) -> Iterator[None]:
    """Compare every row of the wallets before and after."""
    before = rows_of(books.connection, *wallets)
    yield
    assert rows_of(books.connection, *wallets) == before


def step_now(books: Books) -> int:
    return int(books.now().timestamp()) // 30


class TestSpendOrder:
    """G7: the soonest expiry, then the smallest balance, then the oldest lot."""

    def test_expiry_then_balance_then_id(self, books: Books) -> None:
        emoney = books.emoney()
        shop, wallet = books.shop(emoney), books.wallet()
        soon, late = books.in_days(10), books.in_days(20)
        for_ever = books.issue(wallet, emoney, 1)
        late_lot = books.issue(wallet, emoney, 2, late)
        large = books.issue(wallet, emoney, 300, soon)
        small = books.issue(wallet, emoney, 200, soon)
        small_too = books.issue(wallet, emoney, 200, soon)
        expected = [(small, 200), (small_too, 200), (large, 300), (late_lot, 2), (for_ever, 1)]
        preview = api.preview(
            books.connection,
            issuer_id=books.issuer_id,
            wallet_id=wallet,
            shop_id=shop,
            amount=703,
        )
        assert [(use.lot_id, use.amount) for use in preview.uses] == expected
        assert used(books.pay(wallet, shop, 703)) == expected

    def test_balance_counts_not_face(self, books: Books) -> None:
        emoney = books.emoney()
        shop, wallet, soon = books.shop(emoney), books.wallet(), books.in_days(10)
        first = books.issue(wallet, emoney, 1000, soon)
        books.paid(wallet, shop, 900)
        second = books.issue(wallet, emoney, 500, soon)
        assert used(books.pay(wallet, shop, 200)) == [(first, 100), (second, 100)]

    def test_three_lots_of_two_emoneys(self, books: Books) -> None:
        mine, other = books.emoney(), books.emoney()
        both, one = books.shop(mine, other), books.shop(mine)
        wallet = books.wallet()
        first = books.issue(wallet, other, 100, books.in_days(1))
        second = books.issue(wallet, mine, 100, books.in_days(2))
        third = books.issue(wallet, mine, 100, books.in_days(3))

        outcome = books.pay(wallet, one, 120)
        assert used(outcome) == [(second, 100), (third, 20)]
        assert (outcome.balance, outcome.available) == (180, 80)
        outcome = books.pay(wallet, both, 150)
        assert used(outcome) == [(first, 100), (third, 50)]
        assert (outcome.balance, outcome.available) == (30, 30)
        assert books.lots(wallet) == {third: 30}
        assert api.balances(books.connection, books.issuer_id, wallet) == [
            api.EmoneyBalance(mine, 30)
        ]


class TestRefusals:
    """A refusal says why and changes nothing: no row of the wallet, no key."""

    def test_one_yen_too_much(self, books: Books) -> None:
        mine, other = books.emoney(), books.emoney()
        shop, wallet = books.shop(mine), books.wallet()
        books.issue(wallet, mine, 60)
        books.issue(wallet, mine, 40)
        books.issue(wallet, other, 1)
        with nothing_changes(books, wallet):
            outcome = books.pay(wallet, shop, 101)
        assert outcome.outcome == "insufficient"
        assert (outcome.balance, outcome.available) == (101, 100)
        assert (outcome.seq, outcome.number, outcome.uses) == (None, None, ())
        assert books.pay(wallet, shop, 100).outcome == "paid"

    def test_its_key_can_be_used_again(self, books: Books) -> None:
        emoney = books.emoney()
        shop, wallet = books.shop(emoney), books.wallet()
        assert books.pay(wallet, shop, 5, key="again").outcome == "insufficient"
        books.issue(wallet, emoney, 5)
        assert books.pay(wallet, shop, 5, key="again").outcome == "paid"

    def test_frozen(self, books: Books) -> None:
        emoney = books.emoney()
        shop, wallet = books.shop(emoney), books.wallet()
        books.issue(wallet, emoney, 100)
        assert books.change("freeze", wallet) == "done"
        with nothing_changes(books, wallet):
            assert books.pay(wallet, shop, 1).outcome == "frozen"
        assert books.change("unfreeze", wallet) == "done"
        assert books.pay(wallet, shop, 1).outcome == "paid"

    def test_not_accepted(self, books: Books) -> None:
        mine, other = books.emoney(), books.emoney()
        wallet = books.wallet()
        books.issue(wallet, mine, 100)
        takes_other, takes_nothing, stopped = books.shop(other), books.shop(), books.shop(mine)
        api.end_acceptances(books.connection, issuer_id=books.issuer_id, pairs=[(stopped, mine)])
        with nothing_changes(books, wallet):
            for shop in (takes_other, takes_nothing, stopped):
                assert books.pay(wallet, shop, 1).outcome == "not_accepted"

    def test_empty_wallet_is_insufficient(self, books: Books) -> None:
        shop, wallet = books.shop(books.emoney()), books.wallet()
        with nothing_changes(books, wallet):
            assert books.pay(wallet, shop, 1).outcome == "insufficient"

    @pytest.mark.parametrize("amount", [0, -1])
    def test_nothing_and_less(self, books: Books, amount: int) -> None:
        emoney = books.emoney()
        shop, wallet = books.shop(emoney), books.wallet()
        books.issue(wallet, emoney, 100)
        with nothing_changes(books, wallet):
            assert books.pay(wallet, shop, amount).outcome == "unknown"

    def test_other_issuers_wallet_and_shop(self, books: Books) -> None:
        stranger = Books(books.connection)
        mine, theirs = books.emoney(), stranger.emoney()
        shop, wallet = books.shop(mine), books.wallet()
        their_shop, their_wallet = stranger.shop(theirs), stranger.wallet()
        books.issue(wallet, mine, 100)
        stranger.issue(their_wallet, theirs, 100)
        with nothing_changes(books, wallet, their_wallet):
            assert books.pay(their_wallet, shop, 1).outcome == "unknown"
            assert books.pay(wallet, their_shop, 1).outcome == "unknown"
            assert books.pay(their_wallet, their_shop, 1).outcome == "unknown"
            assert books.pay(wallet, fresh_id(), 1).outcome == "unknown"

    def test_other_issuers_emoney_cannot_be_made(self, books: Books) -> None:
        theirs, wallet = Books(books.connection).emoney(), books.wallet()
        with nothing_changes(books, wallet):
            assert books.try_issue(wallet, (theirs, 1, None)).outcome == "unknown"


class TestLimits:
    """Per payment and per day in Japan; what a shop does not take comes first."""

    def books(
        self, connection: psycopg.Connection, limits: api.Limits, way: Way
    ) -> tuple[Books, int, int]:
        books = Books(connection, limits=limits, way=way)
        emoney = books.emoney()
        shop, wallet = books.shop(emoney), books.wallet()
        books.issue(wallet, emoney, 1000)
        return books, shop, wallet

    def test_per_payment(self, app_connection: psycopg.Connection, way: Way) -> None:
        books, shop, wallet = self.books(app_connection, api.Limits(per_payment=300), way)
        with nothing_changes(books, wallet):
            assert books.pay(wallet, shop, 301).outcome == "over_limit"
        assert books.pay(wallet, shop, 300).outcome == "paid"

    def test_per_day_counts_refunds_back(
        self, app_connection: psycopg.Connection, way: Way
    ) -> None:
        books, shop, wallet = self.books(app_connection, api.Limits(per_day=500), way)
        number = books.paid(wallet, shop, 400)
        with nothing_changes(books, wallet):
            assert books.pay(wallet, shop, 101).outcome == "over_limit"
        assert books.pay(wallet, shop, 100).outcome == "paid"
        assert books.refund(number, 150).outcome == "refunded"
        assert books.pay(wallet, shop, 151).outcome == "over_limit"
        assert books.pay(wallet, shop, 150).outcome == "paid"

    def test_a_day_ends_at_midnight_in_japan(self, shiftable: Shiftable, way: Way) -> None:
        """Not nine hours later, when it does in Greenwich."""
        books, shop, wallet = self.books(shiftable.books.connection, api.Limits(per_day=100), way)
        tomorrow = books.in_days(2).astimezone(JAPAN).date()
        midnight = datetime.combine(tomorrow, time(), JAPAN)
        shiftable.show(midnight - timedelta(seconds=30))
        books.paid(wallet, shop, 90)
        with nothing_changes(books, wallet):
            assert books.pay(wallet, shop, 11).outcome == "over_limit"
        shiftable.show(midnight)
        books.paid(wallet, shop, 100)
        shiftable.show(midnight + timedelta(hours=9))
        with nothing_changes(books, wallet):
            assert books.pay(wallet, shop, 1).outcome == "over_limit"

    def test_limit_goes_before_insufficient_after_not_accepted(
        self, app_connection: psycopg.Connection, way: Way
    ) -> None:
        books, shop, wallet = self.books(app_connection, api.Limits(per_payment=2000), way)
        assert books.pay(wallet, shop, 2000).outcome == "insufficient"
        assert books.pay(wallet, shop, 2001).outcome == "over_limit"
        assert books.pay(wallet, books.shop(books.emoney()), 2001).outcome == "not_accepted"

    def test_holding(self, app_connection: psycopg.Connection, way: Way) -> None:
        books, _, wallet = self.books(app_connection, api.Limits(holding=1500), way)
        emoney = books.emoney()
        with nothing_changes(books, wallet):
            assert books.try_issue(wallet, (emoney, 501, None)).outcome == "over_limit"
        assert books.try_issue(wallet, (emoney, 500, None)).outcome == "issued"

    def test_new_limits_hold_from_the_next_payment(
        self, app_connection: psycopg.Connection, way: Way
    ) -> None:
        books, shop, wallet = self.books(app_connection, api.Limits(), way)
        books.paid(wallet, shop, 300)
        api.set_limits(app_connection, books.issuer_id, api.Limits(per_day=300))
        assert books.pay(wallet, shop, 1).outcome == "over_limit"


class TestCodes:
    """A pay code's step pays once, lives 300 s, and dies with its device."""

    def test_a_step_that_has_not_come_is_nobodys(self, shiftable: Shiftable) -> None:
        books = shiftable.books
        emoney = books.emoney()
        shop, wallet = books.shop(emoney), books.wallet()
        books.issue(wallet, emoney, 100)
        device = books.device(wallet)
        step = step_now(books) + 10
        # A second after the step began, so that the clock may run on.
        shiftable.show(datetime.fromtimestamp(step * 30 + 1, UTC))
        for ahead in (3, 4, 1000, 10**9):
            with nothing_changes(books, wallet):
                outcome = books.pay(wallet, shop, 1, device=device, step=step + ahead)
                assert outcome.outcome == "unknown"
        assert books.pay(wallet, shop, 1, device=device, step=step + 2).outcome == "paid"

    def town(self, books: Books) -> tuple[int, int, int]:
        emoney = books.emoney()
        shop, wallet = books.shop(emoney), books.wallet()
        books.issue(wallet, emoney, 100)
        return shop, wallet, books.device(wallet)

    def test_used_once_and_never_after_a_later_one(self, books: Books) -> None:
        shop, wallet, device = self.town(books)
        step = step_now(books)
        assert books.pay(wallet, shop, 1, device=device, step=step).outcome == "paid"
        with nothing_changes(books, wallet):
            for old in (step, step - 1):
                outcome = books.pay(wallet, shop, 1, device=device, step=old)
                assert outcome.outcome == "code_used"
        assert books.pay(wallet, shop, 1, device=device, step=step + 1).outcome == "paid"

    def test_a_refusal_does_not_spend_it(self, books: Books) -> None:
        shop, wallet, device = self.town(books)
        step = step_now(books)
        assert books.pay(wallet, shop, 101, device=device, step=step).outcome == "insufficient"
        assert books.pay(wallet, shop, 100, device=device, step=step).outcome == "paid"

    def test_expired(self, books: Books) -> None:
        shop, wallet, device = self.town(books)
        with nothing_changes(books, wallet):
            step = step_now(books) - 10
            assert books.pay(wallet, shop, 1, device=device, step=step).outcome == "code_expired"

    def test_revoked_and_foreign_devices(self, books: Books) -> None:
        shop, wallet, device = self.town(books)
        foreign = books.device(books.wallet())
        step = step_now(books)
        assert books.pay(wallet, shop, 1, device=foreign, step=step).outcome == "unknown"
        api.revoke_device(books.connection, issuer_id=books.issuer_id, device_id=device)
        with nothing_changes(books, wallet):
            assert books.pay(wallet, shop, 1, device=device, step=step).outcome == "unknown"
        other = books.device(wallet)
        assert books.pay(wallet, shop, 1, device=other, step=step).outcome == "paid"


class TestRetries:
    """One key is one payment, from wherever it comes."""

    def test_replay_from_another_connection(self, books: Books, server: EmbeddedServer) -> None:
        emoney = books.emoney()
        shop, wallet = books.shop(emoney), books.wallet()
        for _ in range(3):
            books.issue(wallet, emoney, 60)
        payment = books.payment(wallet, shop, 100)
        paid = books.way(books.connection, payment)
        assert paid.outcome == "paid"
        assert len(paid.codes) == len(paid.uses) == 2
        with (
            psycopg.connect(server.app_url, autocommit=True) as other,
            nothing_changes(books, wallet),
        ):
            again = books.way(other, payment)
        expected = replace(paid, outcome="replayed", balance=None, available=None)
        assert again == expected
        assert again.paid

    def test_same_key_for_something_else(self, books: Books) -> None:
        emoney = books.emoney()
        shop, wallet = books.shop(emoney), books.wallet()
        books.issue(wallet, emoney, 100)
        assert books.pay(wallet, shop, 10, key="one").outcome == "paid"
        with nothing_changes(books, wallet):
            assert books.pay(wallet, shop, 11, key="one").outcome == "key_conflict"

    def test_cancelled_before_it_came(self, books: Books) -> None:
        emoney = books.emoney()
        shop, wallet = books.shop(emoney), books.wallet()
        books.issue(wallet, emoney, 100)
        payment = books.payment(wallet, shop, 10)
        who, key = payment.request.actor, payment.request.key
        assert api.cancel(books.connection, who, key).outcome == "cancelled"
        with nothing_changes(books, wallet):
            assert books.way(books.connection, payment).outcome == "cancelled"
            assert api.cancel(books.connection, who, key).outcome == "cancelled"
        known = api.find_request(books.connection, who, key)
        assert known == api.RequestState("cancelled", None, None)

    def test_cancelled_after_it_was_paid(self, books: Books) -> None:
        emoney = books.emoney()
        shop, wallet = books.shop(emoney), books.wallet()
        books.issue(wallet, emoney, 100)
        payment = books.payment(wallet, shop, 10)
        paid = books.way(books.connection, payment)
        with nothing_changes(books, wallet):
            settled = api.cancel(books.connection, payment.request.actor, payment.request.key)
        assert settled == api.CancelOutcome("done", wallet, paid.seq)

    def test_set_has_an_outcome_each(self, books: Books) -> None:
        emoney = books.emoney()
        shop = books.shop(emoney)
        rich, poor, frozen = books.wallet(), books.wallet(), books.wallet()
        for wallet, amount in ((rich, 100), (poor, 99), (frozen, 100)):
            books.issue(wallet, emoney, amount)
        books.change("freeze", frozen)
        payments = [books.payment(wallet, shop, 100) for wallet in (frozen, rich, poor)]
        outcomes = api.pay_set(books.connection, payments)
        assert [o.outcome for o in outcomes] == ["frozen", "paid", "insufficient"]
        assert [books.held(w) for w in (frozen, rich, poor)] == [100, 0, 99]

    def test_one_key_twice_in_a_set_is_a_mistake(self, books: Books) -> None:
        emoney = books.emoney()
        shop, wallets = books.shop(emoney), [books.wallet(), books.wallet()]
        for wallet in wallets:
            books.issue(wallet, emoney, 100)
        payments = [books.payment(wallet, shop, 10, key="twice") for wallet in wallets]
        with nothing_changes(books, *wallets), pytest.raises(psycopg.errors.RaiseException):
            api.pay_set(books.connection, payments)


class TestFormats:
    """What people read: 決済ID, 管理番号, コード(ID), bands."""

    def test_payment_number(self, books: Books) -> None:
        emoney = books.emoney()
        shop, wallet = books.shop(emoney), books.wallet()
        books.issue(wallet, emoney, 100)
        numbers = []
        for _ in range(3):
            outcome = books.pay(wallet, shop, 1)
            assert outcome.number is not None
            assert outcome.at is not None
            assert len(outcome.number) == 33
            day = outcome.at.astimezone(JAPAN).strftime("%Y%m%d")
            assert re.fullmatch(PREFIX + day + r"\d{12}", outcome.number)
            numbers.append(outcome.number)
        assert numbers == sorted(set(numbers))
        found = api.payment_by_number(books.connection, books.issuer_id, numbers[0])
        assert found is not None
        assert (found.wallet_id, found.amount, found.shop_id) == (wallet, -1, shop)
        stranger = Books(books.connection)
        assert api.payment_by_number(books.connection, stranger.issuer_id, numbers[0]) is None

    def test_management_number_and_mask(self, books: Books) -> None:
        emoney, wallet = books.emoney(), books.wallet()
        lot_id = books.issue(wallet, emoney, 100)
        lot = api.lots(books.connection, books.issuer_id, wallet)[0]
        day = lot.registered_at.astimezone(JAPAN).strftime("%y%m%d")
        assert lot.management_number == f"d01{day}{lot_id % 10_000_000:07}"
        assert re.fullmatch(r"[A-Za-z0-9]{16}", lot.code)
        assert lot.masked_code == f"{lot.code[:4]}****{lot.code[8:12]}****"
        assert api.mask_code("N7afXXXX7AV9YYYY") == "N7af****7AV9****"

    @pytest.mark.parametrize(
        ("expires_at", "expected"),
        [
            ("2026-02-28T15:00:00", "under_one_year"),
            ("2026-02-27T14:59:59", "under_half_year"),
            ("2026-02-28T02:59:59", "under_half_year"),
            ("2026-02-28T03:00:00", "under_one_year"),
            ("2026-08-31T02:59:59", "under_one_year"),
            ("2026-08-31T03:00:00", "one_year_or_more"),
            (None, "one_year_or_more"),
        ],
    )
    def test_bands(self, expires_at: str | None, expected: str) -> None:
        now = datetime(2025, 8, 31, 12, 0, tzinfo=JAPAN)
        expiry = None if expires_at is None else datetime.fromisoformat(expires_at)
        assert api.band(now, expiry.replace(tzinfo=UTC) if expiry else None) == expected


def test_reference_is_kept_beside_the_entry(books: Books) -> None:
    emoney = books.emoney()
    shop, wallet = books.shop(emoney), books.wallet()
    books.issue(wallet, emoney, 100)
    text = f"レジ3 伝票{secrets.token_hex(4)}"
    outcome = books.way(books.connection, replace(books.payment(wallet, shop, 1), reference=text))
    assert outcome.outcome == "paid"
    row = books.connection.execute(
        "select text from ledger.note where wallet_id = %s and seq = %s", [wallet, outcome.seq]
    ).fetchone()
    assert row == (text,)


def test_a_payment_is_dated_after_books_that_are_closed(shiftable: Shiftable) -> None:
    """Also when the clock stands a little before their end."""
    books = shiftable.books
    emoney = books.emoney()
    shop, wallet = books.shop(emoney), books.wallet()
    books.issue(wallet, emoney, 100)
    end = books.now() + timedelta(seconds=30)
    with psycopg.connect(shiftable.copy.owner_url, autocommit=True) as owner:
        owner.execute(
            "update ledger.issuer set closed_until = %s where issuer_id = %s",
            [end, books.issuer_id],
        )
    outcome = books.pay(wallet, shop, 10)
    assert (outcome.outcome, outcome.at) == ("paid", end)
