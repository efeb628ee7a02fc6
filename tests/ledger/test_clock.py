"""A clock that was wrong: nothing is decided by a time that has not come."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest

from hansatsu.ledger import api, checks, watching
from hansatsu.system.awake import Awake, awake
from tests.ledger.books import Books, rows_of
from tests.ledger.conftest import Shiftable
from tests.support.copies import DatabaseCopy


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


def test_nothing_else_is_written_to_it_either(shiftable: Shiftable) -> None:
    """A refund would die there at once, a transfer would carry the time to another wallet."""
    books = shiftable.books
    emoney = books.emoney()
    shop, wallet, other = books.shop(emoney), books.wallet(), books.wallet()
    start = books.now()
    books.issue(wallet, emoney, 100, books.in_days(30))
    number = books.paid(wallet, shop, 10)
    shiftable.show(books.in_days(20))
    books.paid(wallet, shop, 1)
    shiftable.show(start + timedelta(seconds=5))
    before = rows_of(books.connection, wallet, other)
    for act in (
        lambda: books.refund(number),
        lambda: books.transfer(wallet, other),
        lambda: books.issue(wallet, emoney, 5),
        lambda: books.change("freeze", wallet),
    ):
        with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match="ahead of the clock"):
            act()
    assert rows_of(books.connection, wallet, other) == before
    assert api.wallets_ahead(books.connection) == {books.issuer_id: 1}
    with psycopg.connect(shiftable.copy.owner_url) as owner:
        found = {c.name: c.rows for c in checks.verify(owner, [checks.OWN]).checks if c.violations}
    assert list(found) == ["15_times_have_come"]
    assert found["15_times_have_come"][0].startswith(f"entry {wallet}/3: it is of ")


def test_who_is_ahead_is_found_without_reading_every_entry(books: Books) -> None:
    """It is asked each minute, of all entries of all years."""
    with books.connection.transaction(force_rollback=True):
        for way in ("seqscan", "indexscan"):  # what is quickest while there are few
            books.connection.execute(f"set local enable_{way} = off")
        asked = "explain " + watching.WALLETS_AHEAD
        plan = books.connection.execute(asked, [books.now()]).fetchall()
    assert any("entry_at" in line for (line,) in plan), plan


class TestSweep:
    """The machine's own count since its boot tells a clock that jumped from a worker that slept."""

    BOOT = Awake("boot-1", 1_000_000.0)
    DAYS = 24 * 3600.0

    @pytest.fixture
    def books(self, database_copy: DatabaseCopy) -> Iterator[Books]:
        with psycopg.connect(database_copy.app_url, autocommit=True) as app:
            yield Books(app)

    def sweep(self, books: Books, awake: Awake) -> int | None:
        return api.expire_due(books.connection, awake=awake)

    def elsewhere(self, seconds: float) -> Awake:
        """The same boot, when its machine has counted so much more than the clock: less than
        nothing is a clock that has jumped ahead."""
        return replace(self.BOOT, seconds=self.BOOT.seconds + seconds)

    def test_this_machine_counts(self) -> None:
        first, then = awake(), awake()
        assert first is not None
        assert then is not None
        assert first.boot_id == then.boot_id
        assert first.seconds <= then.seconds

    def test_a_clock_that_jumped_expires_nothing_until_it_is_accepted(self, books: Books) -> None:
        assert self.sweep(books, self.BOOT) == 0
        jumped = self.elsewhere(-10 * self.DAYS)
        assert self.sweep(books, jumped) is None
        assert self.sweep(books, jumped) is None
        (jump,) = api.open_jumps(books.connection)
        assert abs(jump.ahead - timedelta(days=10)) < timedelta(minutes=1)
        assert api.accept_clock(books.connection, "the hall's server, looked at by hand") == 1
        assert api.open_jumps(books.connection) == []
        assert self.sweep(books, jumped) == 0
        assert api.accept_clock(books.connection, "again") == 0

    def test_what_is_due_waits_for_it(self, shiftable: Shiftable) -> None:
        books = shiftable.books
        emoney, wallet, expiry = books.emoney(), books.wallet(), books.in_days(30)
        books.issue(wallet, emoney, 100, expiry)
        self.sweep(books, self.BOOT)
        shiftable.show(expiry)
        before = rows_of(books.connection, wallet)
        jumped = self.elsewhere(-31 * self.DAYS)
        assert self.sweep(books, jumped) is None
        assert rows_of(books.connection, wallet) == before
        api.accept_clock(books.connection, "it is so")
        assert self.sweep(books, jumped) == 1
        assert books.kinds(wallet)[-1] == "expiry"

    def test_a_jump_outlives_the_boot_that_found_it(self, books: Books) -> None:
        """The server is started anew with its clock still wrong."""
        self.sweep(books, self.BOOT)
        assert self.sweep(books, self.elsewhere(-10 * self.DAYS)) is None
        for seconds in (5.0, 65.0):
            assert self.sweep(books, Awake("boot-2", seconds)) is None
        assert len(api.open_jumps(books.connection)) == 1
        assert api.accept_clock(books.connection, "looked at by hand") == 1
        assert self.sweep(books, Awake("boot-2", 125.0)) == 0

    def test_a_jump_of_another_boot_ends_when_the_clock_is_set_back(
        self, books: Books, clock_of: "Aged"
    ) -> None:
        self.sweep(books, self.BOOT)
        assert self.sweep(books, self.elsewhere(-10 * self.DAYS)) is None
        clock_of.find_ahead(timedelta(days=10))
        assert self.sweep(books, Awake("boot-2", 5.0)) == 0
        assert api.open_jumps(books.connection) == []

    def test_a_clock_that_is_right_again_needs_nobody(self, books: Books) -> None:
        self.sweep(books, self.BOOT)
        assert self.sweep(books, self.elsewhere(-3600)) is None
        assert self.sweep(books, self.BOOT) == 0
        assert api.open_jumps(books.connection) == []

    def test_a_worker_that_was_off_is_no_jump(self, books: Books, clock_of: "Aged") -> None:
        self.sweep(books, self.BOOT)
        clock_of.age(timedelta(days=10))
        assert self.sweep(books, self.elsewhere(10 * self.DAYS)) == 0

    def test_another_boot_or_a_clock_set_back_is_no_jump(self, books: Books) -> None:
        self.sweep(books, self.BOOT)
        assert self.sweep(books, Awake("boot-2", 5.0)) == 0
        assert self.sweep(books, self.elsewhere(3600)) == 0

    def test_busy_and_ahead_wallets_are_left(self, shiftable: Shiftable) -> None:
        books = shiftable.books
        emoney, expiry = books.emoney(), books.in_days(30)
        shop, ahead, due = books.shop(emoney), books.wallet(), books.wallet()
        for wallet in (ahead, due):
            books.issue(wallet, emoney, 100, expiry)
        books.issue(ahead, emoney, 1)
        shiftable.show(expiry + timedelta(days=1))
        books.paid(ahead, shop, 1)
        shiftable.show(expiry)
        assert api.expire_due(books.connection) == 1
        assert (books.kinds(ahead)[-1], books.kinds(due)[-1]) == ("payment", "expiry")


class Aged:
    """What was seen of the clock, made older: as if so much time had passed."""

    def __init__(self, owner: psycopg.Connection) -> None:
        self.owner = owner

    def age(self, by: timedelta) -> None:
        self.owner.execute("update ledger.clock_seen set shown = shown - %s", [by])

    def find_ahead(self, by: timedelta) -> None:
        """As if a jump had been found while the clock showed so much more than it does now."""
        self.owner.execute("update ledger.clock_jump set found_at = found_at + %s", [by])


@pytest.fixture
def clock_of(database_copy: DatabaseCopy) -> Iterator[Aged]:
    with psycopg.connect(database_copy.owner_url, autocommit=True) as owner:
        yield Aged(owner)
