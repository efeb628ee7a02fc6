"""An issue is taken back whole: what is left from its lots, what is gone from the issuer."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import astuple
from datetime import timedelta

import psycopg
import pytest

from hansatsu.database.server import EmbeddedServer
from hansatsu.ledger import api, checks
from tests.ledger.books import Books, rows_of
from tests.ledger.conftest import Shiftable
from tests.ledger.test_concurrency import race


def issued(books: Books, wallet: int, *amounts: int, days: int | None = None) -> int:
    """One issue of lots of these yen, each of an emoney of its own; returns its seq."""
    expiry = None if days is None else books.in_days(days)
    outcome = books.try_issue(wallet, *((books.emoney(), amount, expiry) for amount in amounts))
    assert outcome.outcome == "issued"
    assert outcome.seq is not None
    return outcome.seq


def shop_for(books: Books, wallet: int) -> int:
    """A shop that takes all that the wallet holds."""
    held = api.balances(books.connection, books.issuer_id, wallet)
    return books.shop(*(balance.emoney_id for balance in held))


def accounts(books: Books) -> dict[str, int]:
    """What stands in the issuer's counter-accounts, those with nothing left out."""
    rows = books.connection.execute(
        "select a.name, sum(p.amount)::bigint from ledger.posting as p"
        " join ledger.account as a on a.account_id = p.account_id"
        " where p.issuer_id = %s group by a.name having sum(p.amount) <> 0",
        [books.issuer_id],
    ).fetchall()
    return dict(rows)


def broken(connection: psycopg.Connection) -> list[str]:
    """Every row that a check names."""
    return [row for check in checks.verify(connection, [checks.OWN]).checks for row in check.rows]


@pytest.fixture
def verified(shiftable: Shiftable) -> Iterator[Shiftable]:
    """A database of the test's own, in which all checks hold at the end."""
    yield shiftable
    with psycopg.connect(shiftable.copy.owner_url) as owner:
        assert broken(owner) == []


class TestWhatIsTaken:
    def test_unspent_issue_leaves_nothing_behind(self, books: Books) -> None:
        wallet = books.wallet()
        seq = issued(books, wallet, 8_000, 5_000)
        other = books.issue(wallet, books.emoney(), 7)
        outcome = books.reverse(wallet, seq)
        assert (outcome.outcome, outcome.taken, outcome.lost) == ("reversed", 13_000, 0)
        assert books.lots(wallet) == {other: 7}
        assert books.kinds(wallet) == ["issue", "issue", "issue_reversal"]
        assert accounts(books) == {"issued": -7}

    def test_what_was_spent_is_the_issuers_loss(self, books: Books) -> None:
        wallet = books.wallet()
        seq = issued(books, wallet, 8_000, 5_000)
        books.paid(wallet, shop_for(books, wallet), 9_000)
        outcome = books.reverse(wallet, seq)
        assert (outcome.outcome, outcome.taken, outcome.lost) == ("reversed", 4_000, 9_000)
        assert books.held(wallet) == 0
        assert accounts(books) == {"shop": 9_000, "loss": -9_000}

    def test_everything_spent(self, books: Books) -> None:
        wallet = books.wallet()
        seq = issued(books, wallet, 100)
        books.paid(wallet, shop_for(books, wallet), 100)
        outcome = books.reverse(wallet, seq)
        assert (outcome.outcome, outcome.taken, outcome.lost) == ("reversed", 0, 100)
        assert books.kinds(wallet) == ["issue", "payment", "issue_reversal"]

    def test_dead_value_expires_first(self, verified: Shiftable) -> None:
        """It makes no difference whether the sweep has been there."""
        books = verified.books
        wallets = books.wallet(), books.wallet()
        seqs = [issued(books, wallet, 100, days=3) for wallet in wallets]
        verified.show(books.in_days(4))
        api.expire_due(books.connection, 1)
        assert sorted(books.kinds(wallet)[-1] for wallet in wallets) == ["expiry", "issue"]
        for wallet, seq in zip(wallets, seqs, strict=True):
            outcome = books.reverse(wallet, seq)
            assert (outcome.taken, outcome.lost) == (0, 100)
            assert books.kinds(wallet) == ["issue", "expiry", "issue_reversal"]
        assert accounts(books) == {"expired": 200, "loss": -200}

    def test_only_while_unspent(self, verified: Shiftable) -> None:
        books = verified.books
        wallet = books.wallet()
        spent, whole = issued(books, wallet, 100), issued(books, wallet, 50, days=3)
        books.paid(wallet, shop_for(books, wallet), 51)
        before = rows_of(books.connection, wallet)
        assert books.reverse(wallet, spent, only_unspent=True).outcome == "spent"
        assert books.reverse(wallet, whole, only_unspent=True).outcome == "spent"
        assert rows_of(books.connection, wallet) == before
        third = issued(books, wallet, 10, days=3)
        assert books.reverse(wallet, third, only_unspent=True).outcome == "reversed"
        fourth = issued(books, wallet, 10, days=3)
        verified.show(books.in_days(4))
        before = rows_of(books.connection, wallet)
        assert books.reverse(wallet, fourth, only_unspent=True).outcome == "spent"
        assert rows_of(books.connection, wallet) == before


class TestWhereItIsTaken:
    def test_follows_transfers(self, books: Books) -> None:
        first, second, third = (books.wallet() for _ in range(3))
        seq = issued(books, first, 100)
        shop = shop_for(books, first)
        kept = books.issue(second, books.emoney(), 5)
        books.paid(first, shop, 10)
        books.transfer(first, second)
        books.paid(second, shop, 20)
        books.transfer(second, third)
        outcome = books.reverse(first, seq)
        assert (outcome.taken, outcome.lost, outcome.wallet_id) == (70, 30, third)
        assert sorted(books.lots(third).values()) == [5]
        assert kept
        assert books.kinds(first)[-1] == "transfer_out"

    def test_frozen_and_closed_wallets(self, books: Books) -> None:
        frozen, left = books.wallet(), books.wallet()
        seqs = [issued(books, wallet, 100) for wallet in (frozen, left)]
        books.change("freeze", frozen)
        books.paid(left, shop_for(books, left), 100)
        assert books.change("close", left) == "done"
        assert books.reverse(frozen, seqs[0]).taken == 100
        assert books.reverse(left, seqs[1]).lost == 100
        assert books.change("unfreeze", frozen) == "done"

    def test_value_that_came_back_as_grace(self, verified: Shiftable) -> None:
        books = Books(verified.books.connection, refund_grace_days=7)
        wallet = books.wallet()
        seq = issued(books, wallet, 100, days=3)
        number = books.paid(wallet, shop_for(books, wallet), 80)
        verified.show(books.in_days(4))
        assert books.refund(number, 50).outcome == "refunded"
        outcome = books.reverse(wallet, seq)
        # 30 stay spent and 20 had died; the 50 live in a lot that the refund made.
        assert (outcome.taken, outcome.lost) == (50, 50)
        assert books.held(wallet) == 0


class TestRefunds:
    """A payment that used reversed value is refunded: nothing of it becomes spendable."""

    def test_lower_the_loss(self, books: Books) -> None:
        wallet = books.wallet()
        seq = issued(books, wallet, 100, days=3)
        shop = shop_for(books, wallet)
        emoney = api.balances(books.connection, books.issuer_id, wallet)[0].emoney_id
        good = books.issue(wallet, emoney, 50)
        number = books.paid(wallet, shop, 120)
        books.reverse(wallet, seq)
        assert accounts(books) == {"shop": 120, "issued": -50, "loss": -100}
        outcome = books.refund(number, 60)
        assert (outcome.amount, outcome.reversed_amount, outcome.expired_amount) == (60, 40, 0)
        assert books.lots(wallet) == {good: 50}
        assert accounts(books) == {"shop": 60, "issued": -50, "loss": -60}
        assert books.kinds(wallet)[-2:] == ["refund", "issue_reversal"]
        outcome = books.refund(number)
        assert (outcome.amount, outcome.reversed_amount, outcome.left_over) == (60, 60, 0)
        assert books.held(wallet) == 50
        assert accounts(books) == {"issued": -50}

    def test_of_several_reversed_issues(self, books: Books) -> None:
        wallet = books.wallet()
        seqs = [issued(books, wallet, 100), issued(books, wallet, 60)]
        number = books.paid(wallet, shop_for(books, wallet), 160)
        for seq in seqs:
            books.reverse(wallet, seq)
        assert books.refund(number).reversed_amount == 160
        assert accounts(books) == {}
        assert books.kinds(wallet)[-3:] == ["refund", "issue_reversal", "issue_reversal"]

    def test_after_a_transfer(self, books: Books) -> None:
        first, second = books.wallet(), books.wallet()
        seq = issued(books, first, 100)
        number = books.paid(first, shop_for(books, first), 100)
        books.reverse(first, seq)
        books.transfer(first, second)
        outcome = books.refund(number)
        assert (outcome.wallet_id, outcome.reversed_amount) == (second, 100)
        assert books.held(second) == 0

    @pytest.mark.parametrize("grace", [0, 7])
    def test_to_a_lot_that_has_died(self, verified: Shiftable, grace: int) -> None:
        books = Books(verified.books.connection, refund_grace_days=grace)
        wallet = books.wallet()
        seq = issued(books, wallet, 100, days=3)
        number = books.paid(wallet, shop_for(books, wallet), 100)
        books.reverse(wallet, seq)
        verified.show(books.in_days(4))
        outcome = books.refund(number, 70)
        assert (outcome.reversed_amount, outcome.expired_amount) == (70, 0)
        assert books.held(wallet) == 0
        assert accounts(books) == {"shop": 30, "loss": -30}

    def test_of_other_value_are_as_ever(self, books: Books) -> None:
        wallet = books.wallet()
        seq = issued(books, wallet, 100)
        number = books.paid(wallet, shop_for(books, wallet), 100)
        other = books.refund(number)
        assert (other.reversed_amount, books.held(wallet)) == (0, 100)
        assert books.reverse(wallet, seq).taken == 100


class TestReinstatement:
    """The money came back after all."""

    def test_puts_everything_back(self, books: Books) -> None:
        wallet = books.wallet()
        seq = issued(books, wallet, 8_000, 5_000)
        number = books.paid(wallet, shop_for(books, wallet), 9_000)
        lots = books.lots(wallet)
        books.reverse(wallet, seq)
        books.refund(number, 500)
        outcome = books.reinstate(wallet, seq)
        assert (outcome.outcome, outcome.given, outcome.expired_amount) == ("reinstated", 4_500, 0)
        assert sum(lots.values()) + 500 == books.held(wallet)
        assert accounts(books) == {"issued": -13_000, "shop": 8_500}
        assert books.kinds(wallet)[-1] == "issue"
        # Refunds reach the lots again.
        assert books.refund(number).reversed_amount == 0
        assert books.held(wallet) == 13_000

    def test_reversed_and_given_again_and_again(self, books: Books) -> None:
        wallet = books.wallet()
        seq = issued(books, wallet, 100)
        books.paid(wallet, shop_for(books, wallet), 30)
        for _ in range(2):
            assert books.reverse(wallet, seq).taken == 70
            assert books.reinstate(wallet, seq).given == 70
        assert accounts(books) == {"issued": -100, "shop": 30}

    def test_follows_transfers(self, books: Books) -> None:
        first, second = books.wallet(), books.wallet()
        seq = issued(books, first, 100)
        books.reverse(first, seq)
        books.transfer(first, second)
        outcome = books.reinstate(first, seq)
        assert (outcome.wallet_id, outcome.given) == (second, 100)
        assert books.held(second) == 100

    def test_what_died_meanwhile_expires(self, verified: Shiftable) -> None:
        books = verified.books
        wallet = books.wallet()
        seq = issued(books, wallet, 100, days=3)
        number = books.paid(wallet, shop_for(books, wallet), 30)
        books.reverse(wallet, seq)
        verified.show(books.in_days(4))
        books.refund(number, 10)
        outcome = books.reinstate(wallet, seq)
        assert (outcome.given, outcome.expired_amount) == (70, 70)
        assert accounts(books) == {"issued": -100, "shop": 20, "expired": 80}

    def test_everything_spent(self, books: Books) -> None:
        wallet = books.wallet()
        seq = issued(books, wallet, 100)
        books.paid(wallet, shop_for(books, wallet), 100)
        books.reverse(wallet, seq)
        assert books.reinstate(wallet, seq).given == 0
        assert accounts(books) == {"issued": -100, "shop": 100}

    def test_refusals_change_nothing(self, books: Books) -> None:
        wallet, left = books.wallet(), books.wallet()
        counts, reversed_ = issued(books, wallet, 100), issued(books, left, 100)
        books.reverse(left, reversed_)
        books.change("close", left)
        before = rows_of(books.connection, wallet, left)
        assert books.reinstate(wallet, counts).outcome == "not_reversed"
        assert books.reinstate(wallet, 99).outcome == "unknown"
        assert Books(books.connection).reinstate(left, reversed_).outcome == "unknown"
        assert books.reinstate(left, reversed_).outcome == "closed"
        assert rows_of(books.connection, wallet, left) == before


class TestAsking:
    def test_refusals_change_nothing(self, books: Books) -> None:
        wallet = books.wallet()
        seq = issued(books, wallet, 100)
        books.paid(wallet, shop_for(books, wallet), 1)
        before = rows_of(books.connection, wallet)
        assert books.reverse(wallet, seq + 1).outcome == "unknown"  # a payment
        assert books.reverse(wallet, 99).outcome == "unknown"
        assert books.reverse(books.wallet(), seq).outcome == "unknown"
        assert Books(books.connection).reverse(wallet, seq).outcome == "unknown"
        assert rows_of(books.connection, wallet) == before
        assert books.reverse(wallet, seq).outcome == "reversed"
        before = rows_of(books.connection, wallet)
        assert books.reverse(wallet, seq).outcome == "already_reversed"
        assert rows_of(books.connection, wallet) == before
        again = books.reinstate(wallet, seq)
        assert again.seq is not None
        assert books.reverse(wallet, again.seq).outcome == "unknown"  # it is no issue of its own

    def test_retries(self, books: Books) -> None:
        wallet = books.wallet()
        seq = issued(books, wallet, 100)
        books.paid(wallet, shop_for(books, wallet), 30)
        first = books.reverse(wallet, seq, key=f"dispute {wallet}")
        again = books.reverse(wallet, seq, key=f"dispute {wallet}")
        assert again.outcome == "replayed"
        assert astuple(again)[1:] == astuple(first)[1:]
        assert books.reverse(wallet, 99, key=f"dispute {wallet}").outcome == "key_conflict"
        won = books.reinstate(wallet, seq, key=f"won {wallet}")
        again = books.reinstate(wallet, seq, key=f"won {wallet}")
        assert (again.outcome, again.seq, again.at, again.given) == (
            "replayed",
            won.seq,
            won.at,
            won.given,
        )
        api.cancel(books.connection, "test:staff", f"never {wallet}")
        assert books.reverse(wallet, seq, key=f"never {wallet}").outcome == "cancelled"
        assert books.reinstate(wallet, seq, key=f"never {wallet}").outcome == "cancelled"
        assert books.held(wallet) == 70

    def test_nothing_is_earlier_than_the_entry_before(self, verified: Shiftable) -> None:
        books = verified.books
        wallet, now = books.wallet(), books.now()
        verified.show(now + timedelta(seconds=50))
        seq = issued(books, wallet, 100)
        verified.show(now)
        outcome = books.reverse(wallet, seq)
        assert outcome.at is not None
        assert outcome.at >= now + timedelta(seconds=50)


class TestRaces:
    def test_with_payments(self, books: Books, server: EmbeddedServer) -> None:
        wallet = books.wallet()
        seq = issued(books, wallet, 1_000)
        shop = shop_for(books, wallet)
        payments = [books.payment(wallet, shop, 30) for _ in range(12)]
        reversal = books.reversal(wallet, seq)

        def act(connection: psycopg.Connection, place: int) -> str:
            if place == 6:
                return api.reverse_issue(connection, reversal).outcome
            return api.pay(connection, payments[place]).outcome

        counted = Counter(race(server.app_url, 12, act))
        assert counted["reversed"] == 1
        assert counted["paid"] + counted["insufficient"] + counted["not_accepted"] == 11
        spent = 30 * counted["paid"]
        assert accounts(books) == ({"shop": spent, "loss": -spent} if spent else {})
        assert books.held(wallet) == 0

    def test_with_refunds_and_itself(self, books: Books, server: EmbeddedServer) -> None:
        """However they fall, nothing of what was refunded can be spent."""
        wallet = books.wallet()
        seq = issued(books, wallet, 100)
        number = books.paid(wallet, shop_for(books, wallet), 100)
        reversals = [books.reversal(wallet, seq) for _ in range(4)]

        def act(connection: psycopg.Connection, place: int) -> str:
            if place < 4:
                return api.reverse_issue(connection, reversals[place]).outcome
            request = api.Request.of("test:staff", f"refund {number} {place}")
            return api.refund(connection, api.Refund(request, books.issuer_id, number, 25)).outcome

        counted = Counter(race(server.app_url, 8, act))
        assert counted == {"reversed": 1, "already_reversed": 3, "refunded": 4}
        assert books.held(wallet) == 0
        assert accounts(books) == {}

    def test_with_a_transfer(self, books: Books, server: EmbeddedServer) -> None:
        for _ in range(5):
            source, target = books.wallet(), books.wallet()
            seq = issued(books, source, 100)
            reversal = books.reversal(source, seq)
            request = api.Request.of("test:staff", f"move {source}")

            def act(
                connection: psycopg.Connection,
                place: int,
                reversal: api.Reversal = reversal,
                request: api.Request = request,
                pair: tuple[int, int] = (source, target),
            ) -> str:
                if place == 0:
                    return api.reverse_issue(connection, reversal).outcome
                return api.transfer(
                    connection,
                    request=request,
                    issuer_id=books.issuer_id,
                    source=pair[0],
                    target=pair[1],
                ).outcome

            assert race(server.app_url, 2, act) == ["reversed", "transferred"]
            assert books.held(source) + books.held(target) == 0
        assert accounts(books) == {}


def test_negative_control_the_old_refund_breaks_the_check(verified: Shiftable) -> None:
    """Without the second half of refund_v4, check 11 speaks."""
    books = verified.books
    wallet = books.wallet()
    seq = issued(books, wallet, 100)
    number = books.paid(wallet, shop_for(books, wallet), 100)
    books.reverse(wallet, seq)
    query = (checks.OWN / "11_reversals.sql").read_text(encoding="utf-8")
    with (
        psycopg.connect(verified.copy.owner_url, autocommit=True) as owner,
        owner.transaction(force_rollback=True),
    ):
        owner.execute(
            "select ledger.refund_v1('test:staff', 'old', '', %s, %s, null, null, null)",
            [books.issuer_id, number],
        )
        rows = owner.execute(query.encode()).fetchall()
    assert [row[0] for row in rows] == [
        f"lot {next(iter(lots_of(books, wallet)))} of wallet {wallet}: "
        f"100 yen of an issue that was taken back ({wallet}/{seq})"
    ]


def lots_of(books: Books, wallet: int) -> list[int]:
    rows = books.connection.execute(
        "select lot_id from ledger.lot where wallet_id = %s", [wallet]
    ).fetchall()
    return [row[0] for row in rows]
