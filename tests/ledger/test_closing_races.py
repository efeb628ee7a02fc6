"""Payments and refunds that race a cut: each stands on exactly one side of it, by its time."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import psycopg

from hansatsu.database.server import EmbeddedServer
from hansatsu.ledger import api
from tests.ledger.books import Books
from tests.ledger.conftest import Shiftable
from tests.ledger.test_closing import taken
from tests.ledger.test_figures import midnight
from tests.support.waiting import wait_until

DAY = timedelta(days=1)
BEFORE = timedelta(seconds=20)
"""Before a midnight: long enough for what a test does there, on the slowest machine."""


def whole(books: Books, shop: int, since: datetime, until: datetime) -> list[tuple[str, int, int]]:
    """Kind, number and yen of what the shop took and gave back."""
    sums = taken(books, [shop], [since], until)
    return [(s.kind, s.count, s.amount) for s in sums if s.emoney_id is None]


class TestLateWriters:
    """What was made before a cut and commits after it is in the sums, once it is waited for."""

    def test_a_payment_that_commits_late(self, shiftable: Shiftable) -> None:
        books = shiftable.books
        emoney = books.emoney()
        shop, wallet, other = books.shop(emoney), books.wallet(), books.wallet()
        for each in (wallet, other):
            books.issue(each, emoney, 1000)
        until = midnight(books.now()) + DAY
        shiftable.show(until - BEFORE)
        with psycopg.connect(shiftable.copy.app_url) as late:
            paid = api.pay(late, books.payment(wallet, shop, 300))
            assert paid.at is not None
            assert paid.at < until
            shiftable.show(until)
            assert api.cut(books.connection, books.issuer_id, until)
            number = api.writers_since(books.connection)
            # The negative control: without waiting the payment would be in no closing.
            assert not api.writers_are_done(books.connection, number)
            assert taken(books, [shop], [until - DAY], until) == []
            # A payment that begins now is of the next period, and hinders nobody.
            assert (books.pay(other, shop, 5).at or until) >= until
            late.commit()
        assert api.writers_are_done(books.connection, number)
        sums = taken(books, [shop], [until - DAY], until)
        assert [(s.emoney_id, s.count, s.amount) for s in sums] == [
            (None, 1, 300),
            (emoney, 1, 300),
        ]

    def test_later_writers_are_not_waited_for(self, books: Books, server: EmbeddedServer) -> None:
        emoney = books.emoney()
        shop, wallet = books.shop(emoney), books.wallet()
        books.issue(wallet, emoney, 100)
        number = api.writers_since(books.connection)
        with psycopg.connect(server.app_url) as later:
            assert api.pay(later, books.payment(wallet, shop, 10)).outcome == "paid"
            assert api.writers_are_done(books.connection, number)
            assert not api.writers_are_done(books.connection, api.writers_since(books.connection))
            later.rollback()

    def test_a_cut_is_seen_by_whom_it_did_not_wait_for(self, shiftable: Shiftable) -> None:
        """A payment that waits for its wallet during the cut reads the clock and the cut after it:
        it is of the new period, though it began in the old one."""
        books = shiftable.books
        emoney = books.emoney()
        shop, wallet = books.shop(emoney), books.wallet()
        books.issue(wallet, emoney, 1000)
        until = midnight(books.now()) + DAY
        shiftable.show(until - BEFORE)
        with (
            psycopg.connect(shiftable.copy.app_url) as holder,
            psycopg.connect(shiftable.copy.app_url, autocommit=True) as waiter,
            ThreadPoolExecutor(1) as threads,
        ):
            assert api.pay(holder, books.payment(wallet, shop, 300)).outcome == "paid"
            waiting = threads.submit(api.pay, waiter, books.payment(wallet, shop, 40))
            wait_until(lambda: waits(shiftable, waiter), what="the payment at its lock")
            shiftable.show(until)
            assert api.cut(books.connection, books.issuer_id, until)
            number = api.writers_since(books.connection)
            shiftable.show(until - BEFORE)
            holder.commit()
            assert waiting.result(timeout=30).at == until
        assert api.writers_are_done(books.connection, number)
        assert whole(books, shop, until - DAY, until) == [("payment", 1, 300)]
        assert whole(books, shop, until, until + DAY) == [("payment", 1, 40)]


def waits(shiftable: Shiftable, connection: psycopg.Connection) -> bool:
    """True when what the connection asked for waits for a lock."""
    (row,) = shiftable.books.connection.execute(
        "select wait_event_type = 'Lock' from pg_stat_activity where pid = %s",
        [connection.info.backend_pid],
    ).fetchall()
    return bool(row[0])


class TestDyingLot:
    """A lot that dies at the cut pays for what was made before it."""

    def test_paid_before_the_cut_stands_before_it(self, shiftable: Shiftable) -> None:
        books = shiftable.books
        emoney = books.emoney()
        shop, wallet = books.shop(emoney), books.wallet()
        until = midnight(books.now()) + DAY
        books.issue(wallet, emoney, 1000, until)
        shiftable.show(until - BEFORE)
        with psycopg.connect(shiftable.copy.app_url) as late:
            assert not api.cut(books.connection, books.issuer_id, until)
            paid = api.pay(late, books.payment(wallet, shop, 300))
            assert paid.outcome == "paid"
            assert paid.at is not None
            assert until - BEFORE <= paid.at < until
            shiftable.show(until)
            assert api.cut(books.connection, books.issuer_id, until)
            number = api.writers_since(books.connection)
            api.expire_due(books.connection)
            assert not api.writers_are_done(books.connection, number)
            late.commit()
        assert api.writers_are_done(books.connection, number)
        assert whole(books, shop, until - DAY, until) == [("payment", 1, 300)]
        while api.expire_due(books.connection):
            pass
        assert books.kinds(wallet) == ["issue", "payment", "expiry"]
        assert books.pay(wallet, shop, 1).outcome == "expired"
        assert whole(books, shop, until, until + DAY) == []

    def test_negative_control_a_cut_before_its_time_kills_it(self, shiftable: Shiftable) -> None:
        """Were the books closed before midnight has come, value that lives would be refused."""
        books = shiftable.books
        emoney = books.emoney()
        shop, wallet = books.shop(emoney), books.wallet()
        until = midnight(books.now()) + DAY
        books.issue(wallet, emoney, 1000, until)
        shiftable.show(until - BEFORE)
        with psycopg.connect(shiftable.copy.owner_url, autocommit=True) as owner:
            owner.execute(
                "update ledger.issuer set closed_until = %s where issuer_id = %s",
                [until, books.issuer_id],
            )
        assert books.pay(wallet, shop, 300).outcome == "expired"


class TestRacingRefunds:
    """A refund racing the cut stands on exactly one side."""

    def test_one_that_commits_late(self, shiftable: Shiftable) -> None:
        books = shiftable.books
        emoney = books.emoney()
        shop, wallet = books.shop(emoney), books.wallet()
        books.issue(wallet, emoney, 1000)
        until = midnight(books.now()) + DAY
        shiftable.show(until - BEFORE)
        number = books.paid(wallet, shop, 300)
        with psycopg.connect(shiftable.copy.app_url) as late:
            request = api.Request.of("test:staff", "late")
            refund = api.refund(late, api.Refund(request, books.issuer_id, number, 100))
            assert refund.at is not None
            assert refund.at < until
            shiftable.show(until)
            assert api.cut(books.connection, books.issuer_id, until)
            writers = api.writers_since(books.connection)
            assert not api.writers_are_done(books.connection, writers)
            # The negative control: read now, the refund would be in no closing.
            assert whole(books, shop, until - DAY, until) == [("payment", 1, 300)]
            late.commit()
        assert api.writers_are_done(books.connection, writers)
        books.refund(number, 50)
        first = [("payment", 1, 300), ("refund", 1, 100)]
        assert whole(books, shop, until - DAY, until) == first
        assert whole(books, shop, until, until + DAY) == [("refund", 1, 50)]

    def test_many_at_once_through_a_cut(self, shiftable: Shiftable) -> None:
        """What is read once the writers are done is all there ever is before the cut, whatever goes
        on meanwhile; each refund is on one side, by its time."""
        books = shiftable.books
        emoney = books.emoney()
        shop = books.shop(emoney)
        numbers: list[str] = []
        for _ in range(4):
            wallet = books.wallet()
            books.issue(wallet, emoney, 100_000)
            numbers.append(books.paid(wallet, shop, 90_000))
        until = midnight(books.now()) + DAY
        has_begun = threading.Barrier(len(numbers) + 1, timeout=60)
        is_over = threading.Event()

        def give_back(number: str) -> list[datetime | None]:
            times = []
            with psycopg.connect(shiftable.copy.app_url, autocommit=True) as connection:
                has_begun.wait()
                while not is_over.is_set():
                    request = api.Request.of("test:staff", f"{number}:{len(times)}")
                    refund = api.Refund(request, books.issuer_id, number, 1)
                    times.append(api.refund(connection, refund).at)
            return times

        shiftable.show(until - BEFORE)
        with ThreadPoolExecutor(len(numbers)) as threads:
            refunds = [threads.submit(give_back, number) for number in numbers]
            try:
                has_begun.wait()
                wait_until(lambda: len(whole(books, shop, until - DAY, until)) > 1)
                shiftable.show(until)
                wait_until(lambda: api.cut(books.connection, books.issuer_id, until))
                writers = api.writers_since(books.connection)
                wait_until(lambda: api.writers_are_done(books.connection, writers))
                closed = whole(books, shop, until - DAY, until)
                wait_until(lambda: whole(books, shop, until, until + DAY) != [])
            finally:
                is_over.set()
            times = [time for each in refunds for time in each.result(timeout=30)]
        old = sum(1 for time in times if time is not None and time < until)
        assert 0 < old < len(times)
        assert closed == [("payment", 4, 360_000), ("refund", old, old)]
        assert whole(books, shop, until - DAY, until) == closed
        new = len(times) - old
        assert whole(books, shop, until, until + DAY) == [("refund", new, new)]
