"""A lot's expiry is moved later, and a wrongly booked 失効 goes back into its very lots: entries of
kinds of their own, which the chain covers."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from hansatsu.ledger import api, checks
from hansatsu.ledger.canonical import CanonicalExpiry, expiry_bytes
from tests.ledger.books import Books, rows_of
from tests.ledger.conftest import Shiftable
from tests.ledger.test_closing import JAPAN
from tests.ledger.test_figures import midnight

DAY = timedelta(days=1)


def later(
    books: Books,
    wallet: int,
    lot: int,
    expires_at: datetime,
    *,
    key: str | None = None,
    is_exempt: bool = False,
) -> api.LaterExpiryOutcome:
    """Move a lot's expiry."""
    request = api.Request.of("test:staff", key or books.key(), wallet, lot, expires_at)
    return api.move_expiry(
        books.connection,
        api.LaterExpiry(request, books.issuer_id, wallet, lot, expires_at, is_exempt, "告知の遅れ"),
    )


def back(
    books: Books,
    wallet: int,
    seq: int,
    expires_at: datetime,
    *,
    key: str | None = None,
    is_exempt: bool = False,
) -> api.UnexpireOutcome:
    """Take a 失効 back."""
    request = api.Request.of("test:staff", key or books.key(), wallet, seq, expires_at)
    return api.unexpire(
        books.connection,
        api.ExpiryTakenBack(
            request, books.issuer_id, wallet, seq, expires_at, is_exempt, "時計の誤り"
        ),
    )


def sound(books: Shiftable) -> bool:
    """True when every check of the ledger finds nothing."""
    with psycopg.connect(books.copy.owner_url, autocommit=True) as owner:
        return checks.verify(owner, [checks.OWN]).ok


class TestMoveExpiry:
    def test_it_lives_longer(self, shiftable: Shiftable) -> None:
        books = shiftable.books
        emoney = books.emoney()
        shop, wallet, target = books.shop(emoney), books.wallet(), books.wallet()
        lot = books.issue(wallet, emoney, 1000, books.in_days(2))
        books.paid(wallet, shop, 1)
        moved = later(books, wallet, lot, books.in_days(4))
        assert (moved.outcome, moved.wallet_id, moved.seq) == ("moved", wallet, 3)
        assert later(books, wallet, lot, books.in_days(6)).moved
        shiftable.show(books.in_days(3))
        assert api.expire_due(books.connection) == 0
        books.paid(wallet, shop, 100)
        assert books.transfer(wallet, target).outcome == "transferred"
        (kept,) = api.lots(books.connection, books.issuer_id, target)
        assert later(books, target, kept.lot_id, books.in_days(9)).moved
        assert sound(shiftable)
        shiftable.show(books.in_days(10))
        assert books.pay(target, shop, 1).outcome == "expired"
        while api.expire_due(books.connection):
            pass
        assert books.kinds(target) == ["transfer_in", "move_expiry", "expiry"]
        assert sound(shiftable)

    def test_a_frozen_wallets_lot_is_moved(self, books: Books) -> None:
        wallet = books.wallet()
        lot = books.issue(wallet, books.emoney(), 10, books.in_days(1))
        books.change("freeze", wallet)
        assert later(books, wallet, lot, books.in_days(2)).moved

    def test_one_key_moves_once(self, books: Books) -> None:
        wallet = books.wallet()
        lot = books.issue(wallet, books.emoney(), 10, books.in_days(1))
        until = books.in_days(2)
        first = later(books, wallet, lot, until, key="k")
        again = later(books, wallet, lot, until, key="k")
        assert again == api.LaterExpiryOutcome("replayed", wallet, first.seq, first.at)
        assert later(books, wallet, lot, until + DAY, key="k").outcome == "key_conflict"

    def test_what_is_refused_changes_nothing(self, shiftable: Shiftable) -> None:
        books = shiftable.books
        emoney = books.emoney()
        wallet, gone = books.wallet(), books.wallet()
        expiry = books.in_days(2)
        lot = books.issue(wallet, emoney, 10, expiry)
        ever = books.issue(wallet, emoney, 10)
        dead = books.issue(wallet, emoney, 10, books.in_days(0.5))
        moved = books.issue(gone, emoney, 10, expiry)
        books.transfer(gone, books.wallet())
        shiftable.show(books.in_days(1))
        stranger = Books(books.connection)
        before = rows_of(books.connection, wallet, gone)
        infinity = "infinity"
        for outcome, answer in (
            ("not_later", later(books, wallet, lot, expiry)),
            ("not_later", later(books, wallet, lot, expiry - timedelta(hours=1))),
            ("not_later", later(books, wallet, lot, infinity)),  # type: ignore[arg-type]
            ("not_later", later(books, wallet, ever, books.in_days(9))),
            ("expired", later(books, wallet, dead, books.in_days(9))),
            ("closed", later(books, gone, moved, books.in_days(9))),
            ("unknown", later(books, wallet, moved, books.in_days(9))),
            ("unknown", later(stranger, wallet, lot, books.in_days(9))),
            ("exempt", later(books, wallet, lot, books.in_days(200), is_exempt=True)),
        ):
            assert (answer.outcome, answer.seq, answer.at) == (outcome, None, None)
        assert rows_of(books.connection, wallet, gone) == before

    def test_exempt_value_never_outlives_six_months(self, shiftable: Shiftable) -> None:
        """From the legal issue date, which a transfer keeps; its last day included."""
        books = shiftable.books
        wallet, target = books.wallet(), books.wallet()
        begins = midnight(books.now()).replace(day=1) + timedelta(days=400)
        begins = begins.replace(month=10, day=1)
        shiftable.show(begins + timedelta(hours=23, minutes=30))
        books.issue(wallet, books.emoney(), 10, books.in_days(30))
        shiftable.show(begins + 20 * DAY)
        books.transfer(wallet, target)
        (lot,) = books.lots(target)
        end = datetime(begins.year + 1, 4, 1, tzinfo=JAPAN)
        second = timedelta(seconds=1)
        assert later(books, target, lot, end + second, is_exempt=True).outcome == "exempt"
        assert later(books, target, lot, end, is_exempt=True).outcome == "moved"
        assert later(books, target, lot, end + second).outcome == "moved"

    def test_grace_ends_no_exemption(self, shiftable: Shiftable) -> None:
        """Days of grace led beyond six months, and what is there already went on for ever."""
        books = Books(shiftable.books.connection, refund_grace_days=30)
        emoney, start = books.emoney(), books.now()
        shop, wallet, target = books.shop(emoney), books.wallet(), books.wallet()
        exempt = books.issue(wallet, emoney, 10, start + 170 * DAY)
        longer = books.issue(wallet, emoney, 10, start + 300 * DAY)
        number = books.paid(wallet, shop, 10)
        shiftable.show(start + 175 * DAY)
        assert books.refund(number).outcome == "refunded"
        (grace,) = set(books.lots(wallet)) - {exempt, longer}
        connection = books.connection
        assert api.is_within_six_months(connection, wallet, [exempt])
        assert not api.is_within_six_months(connection, wallet, [longer])
        assert api.is_within_six_months(connection, wallet, [grace])
        books.transfer(wallet, target)
        longer, grace = sorted(books.lots(target))
        assert not api.is_within_six_months(connection, target, [longer])
        assert api.is_within_six_months(connection, target, [grace])


class TestUnexpire:
    @pytest.fixture
    def died(self, shiftable: Shiftable) -> tuple[Books, int, int, int]:
        """Books, a shop, and a wallet whose two lots (700 and 300 yen left) died in entry 4."""
        books = shiftable.books
        emoney, other = books.emoney(), books.emoney()
        shop, wallet = books.shop(emoney, other), books.wallet()
        books.issue(wallet, emoney, 1000, books.in_days(2))
        books.issue(wallet, other, 300, books.in_days(3))
        books.paid(wallet, shop, 300)
        shiftable.show(books.in_days(5))
        while api.expire_due(books.connection):
            pass
        assert books.kinds(wallet)[-1] == "expiry"
        return books, shop, wallet, 4

    def test_it_goes_back_into_its_lots(
        self, shiftable: Shiftable, died: tuple[Books, int, int, int]
    ) -> None:
        books, shop, wallet, seq = died
        undone = back(books, wallet, seq, books.in_days(1))
        assert (undone.outcome, undone.wallet_id, undone.seq, undone.amount) == (
            "unexpired",
            wallet,
            seq + 1,
            1000,
        )
        assert sorted(books.lots(wallet).values()) == [300, 700]
        books.paid(wallet, shop, 900)
        assert sound(shiftable)
        shiftable.show(books.in_days(2))
        while api.expire_due(books.connection):
            pass
        assert books.kinds(wallet)[-3:] == ["unexpire", "payment", "expiry"]
        assert back(books, wallet, seq, books.in_days(1)).outcome == "already"
        assert back(books, wallet, seq + 3, books.in_days(1)).amount == 100
        assert sound(shiftable)

    def test_the_books_have_less_expired(self, died: tuple[Books, int, int, int]) -> None:
        books, _, wallet, seq = died
        since = midnight(books.now()) - 9 * DAY
        before = api.figures(books.connection, books.issuer_id, since).days
        assert sum(each.expired for each in before) == 1000
        back(books, wallet, seq, books.in_days(1))
        after = api.figures(books.connection, books.issuer_id, since).days
        assert sum(each.expired for each in after) == 0
        assert sum(each.change for each in after) == books.held(wallet) == 1000

    def test_it_follows_a_wallet_that_moved(
        self, shiftable: Shiftable, died: tuple[Books, int, int, int]
    ) -> None:
        books, shop, wallet, seq = died
        target = books.wallet()
        books.transfer(wallet, target)
        undone = back(books, wallet, seq, books.in_days(1))
        assert (undone.outcome, undone.wallet_id, undone.amount) == ("unexpired", target, 1000)
        assert back(books, wallet, seq, books.in_days(1)).outcome == "already"
        books.paid(target, shop, 1000)
        assert sound(shiftable)

    def test_one_key_gives_once(self, died: tuple[Books, int, int, int]) -> None:
        books, _, wallet, seq = died
        until = books.in_days(1)
        first = back(books, wallet, seq, until, key="k")
        again = back(books, wallet, seq, until, key="k")
        assert again == api.UnexpireOutcome("replayed", wallet, first.seq, first.at, 1000)
        assert books.held(wallet) == 1000
        assert back(books, wallet, seq, until + DAY, key="k").outcome == "key_conflict"

    def test_what_is_refused_changes_nothing(self, died: tuple[Books, int, int, int]) -> None:
        books, _, wallet, seq = died
        stranger = Books(books.connection)
        before = rows_of(books.connection, wallet)
        for outcome, answer in (
            ("unknown", back(books, wallet, seq - 1, books.in_days(1))),
            ("unknown", back(stranger, wallet, seq, books.in_days(1))),
            ("not_later", back(books, wallet, seq, books.in_days(-1))),
            ("exempt", back(books, wallet, seq, books.in_days(200), is_exempt=True)),
        ):
            assert (answer.outcome, answer.seq, answer.amount) == (outcome, None, None)
        assert rows_of(books.connection, wallet) == before
        assert back(books, wallet, seq, books.in_days(100), is_exempt=True).unexpired

    def test_a_reversed_issue_stays_taken_back(self, died: tuple[Books, int, int, int]) -> None:
        books, _, wallet, seq = died
        assert books.reverse(wallet, 1).outcome == "reversed"
        before = rows_of(books.connection, wallet)
        assert back(books, wallet, seq, books.in_days(1)).outcome == "reversed"
        assert rows_of(books.connection, wallet) == before

    def test_a_closed_wallet_gets_nothing(self, died: tuple[Books, int, int, int]) -> None:
        books, _, wallet, seq = died
        assert books.change("close", wallet) == "done"
        before = rows_of(books.connection, wallet)
        assert back(books, wallet, seq, books.in_days(1)).outcome == "closed"
        assert rows_of(books.connection, wallet) == before


def test_python_and_sql_write_the_same_bytes(books: Books) -> None:
    old, new = datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 10, 1, 1, 2, 3, 4, tzinfo=UTC)
    (row,) = books.connection.execute(
        "select ledger.canonical_expiry_v1(%s, %s, %s)", [77, old, new]
    ).fetchall()
    assert row[0] == expiry_bytes(CanonicalExpiry(77, old, new))


@pytest.fixture
def forged(shiftable: Shiftable) -> Iterator[psycopg.Connection]:
    """The owner's connection to sound books: a lot whose expiry was moved, and that paid since; a
    失効 that was taken back."""
    books = shiftable.books
    emoney = books.emoney()
    shop, wallet, other = books.shop(emoney), books.wallet(), books.wallet()
    lot = books.issue(wallet, emoney, 1000, books.in_days(2))
    books.issue(other, emoney, 500, books.in_days(2))
    later(books, wallet, lot, books.in_days(9))
    later(books, wallet, lot, books.in_days(10))
    shiftable.show(books.in_days(3))
    books.paid(wallet, shop, 100)
    api.expire_due(books.connection)
    assert back(books, other, 2, books.in_days(1)).unexpired
    with psycopg.connect(shiftable.copy.owner_url, autocommit=True) as owner:
        assert checks.verify(owner, [checks.OWN]).ok
        yield owner


@pytest.mark.parametrize(
    ("change", "check", "named"),
    [
        (b"lot set expires_at = expires_at + '1 day'", "19", "its expiry was moved to"),
        (b"expiry_move set new_expiry = new_expiry + '1 day'", "03", "its hash does not follow"),
        (
            b"expiry_move set old_expiry = old_expiry - interval '1 day' where seq = 3",
            "19",
            "entry 3 moves its expiry from",
        ),
        (b"expiry_move set old_expiry = '2020-01-01' where seq = 2", "19", "does not move"),
        (b"expiry_move set seq = 1 where seq = 2", "19", "it moves the expiries of 0 lots"),
        (b"expiry_move set lot_id = lot_id + 1000", "19", "it dies at no time"),
        (b"entry set amounts = amounts[:1] || 1::bigint where kind = 'unexpire'", "01", "sum to"),
        (
            b"entry set amounts = array[499, -499] where kind = 'unexpire'",
            "19",
            "499 yen of the lots of root",
        ),
        (b"entry set at = at - interval '9 days' where kind = 'payment'", "03", "time goes back"),
        (
            b"expiry_move set old_expiry = '2020-01-01', seq = 9 where seq = 3",
            "04",
            "had expired",
        ),
    ],
)
def test_what_is_wrong_is_named(
    forged: psycopg.Connection, change: bytes, check: str, named: str
) -> None:
    forged.execute(b"update ledger." + change)
    found = {
        each.name[:2]: each.rows for each in checks.verify(forged, [checks.OWN]).checks if each.rows
    }
    assert any(named in row for row in found.get(check, ())), found
