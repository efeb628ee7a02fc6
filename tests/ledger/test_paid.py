"""Each lot says what was paid for it, its successors too, and the paid part of value adds up."""

import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest

from hansatsu.ledger import api, checks
from tests.ledger.books import Books, rows_of
from tests.ledger.conftest import Shiftable

DAY = timedelta(days=1)


def bought(
    books: Books, wallet: int, *lots: tuple[int, int, int], days: float | None = None
) -> list[int]:
    """Lots of (emoney, yen, paid), and their ids."""
    expiry = None if days is None else books.in_days(days)
    request = api.Request.of("test:staff", books.key())
    made = tuple(api.NewLot(emoney, face, expiry, paid) for emoney, face, paid in lots)
    (outcome,) = api.issue_set(
        books.connection, [api.Issue(request, books.issuer_id, wallet, made)]
    )
    assert outcome.outcome == "issued"
    assert outcome.seq is not None
    entry = api.entry(books.connection, books.issuer_id, wallet, outcome.seq)
    assert entry is not None
    return [line.lot_id for line in entry.lines]


def paid(connection: psycopg.Connection, wallet: int) -> list[tuple[int, int | None]]:
    """Face and paid of a wallet's lots, in order."""
    return connection.execute(
        "select face, paid from ledger.lot where wallet_id = %s order by lot_id", [wallet]
    ).fetchall()


def test_successors_have_what_was_paid(books: Books) -> None:
    emoney = books.emoney()
    wallet, target = books.wallet(), books.wallet()
    bought(books, wallet, (emoney, 700, 583), (emoney, 500, 417))
    books.issue(wallet, emoney, 30)
    books.transfer(wallet, target)
    assert paid(books.connection, target) == [(700, 583), (500, 417), (30, 0)]


def test_a_lot_of_grace_has_its_share(shiftable: Shiftable) -> None:
    books = Books(shiftable.books.connection, refund_grace_days=5)
    emoney = books.emoney()
    shop, wallet = books.shop(emoney), books.wallet()
    bought(books, wallet, (emoney, 1200, 1000), days=1)
    number = books.paid(wallet, shop, 700)
    shiftable.show(books.in_days(2))
    assert books.refund(number, 100).outcome == "refunded"
    assert paid(books.connection, wallet) == [(1200, 1000), (100, 83)]


def test_for_a_correction_nothing_was_paid(books: Books) -> None:
    emoney, wallet = books.emoney(), books.wallet()
    correction = api.Correction(
        api.Request.of("test:staff", "c"), books.issuer_id, wallet, 50, emoney_id=emoney
    )
    assert api.correct(books.connection, correction).outcome == "corrected"
    assert paid(books.connection, wallet) == [(50, 0)]


def test_more_than_the_face_cannot_be_paid(books: Books) -> None:
    emoney, wallet = books.emoney(), books.wallet()
    before = rows_of(books.connection, wallet)
    for yen in (-1, 101):
        with pytest.raises(psycopg.errors.CheckViolation):
            bought(books, wallet, (emoney, 100, yen))
    assert rows_of(books.connection, wallet) == before


def issue_as_before(books: Books, wallet: int, emoney: int, yen: int) -> int:
    """An issue by the version before, which does not say what was paid; its seq."""
    ((outcome, seq),) = books.connection.execute(
        """
        select outcome, seq from ledger.issue_set_v3(
            array['test:staff'], array[%s], array['\\x01'::bytea], array[%s]::integer[],
            array[%s]::bigint[], array[1], array[%s]::integer[], array[%s]::bigint[],
            array[null]::timestamptz[])
        """,
        [books.key(), books.issuer_id, wallet, emoney, yen],
    ).fetchall()
    assert outcome == "issued"
    return int(seq)


class TestToldLater:
    """Lots of the version before are told once, and what took them over follows."""

    def test_once_and_no_more(self, books: Books) -> None:
        emoney, wallet = books.emoney(), books.wallet()
        seq = issue_as_before(books, wallet, emoney, 100)
        assert paid(books.connection, wallet) == [(100, None)]
        (unknown,) = [
            each for each in api.unknown_paid(books.connection, 10_000) if each.wallet_id == wallet
        ]
        assert (unknown.seq, unknown.actor, unknown.faces) == (seq, "test:staff", [100])
        lot = unknown.lots[0]
        api.note_paid(books.connection, [(wallet, lot, 80)])
        api.note_paid(books.connection, [(wallet, lot, 70)])
        api.note_paid(books.connection, [])
        assert paid(books.connection, wallet) == [(100, 80)]

    def test_what_took_it_over_follows(self, shiftable: Shiftable) -> None:
        books = Books(shiftable.books.connection, refund_grace_days=5)
        emoney = books.emoney()
        shop = books.shop(emoney)
        wallets = [books.wallet() for _ in range(3)]
        bought(books, wallets[0], (emoney, 1200, 1000), days=1)
        number = books.paid(wallets[0], shop, 700)
        for source, target in ((0, 1), (1, 2)):
            books.transfer(wallets[source], wallets[target])
        shiftable.show(books.in_days(2))
        books.refund(number, 100)
        last = paid(books.connection, wallets[2])
        with psycopg.connect(shiftable.copy.owner_url, autocommit=True) as owner:
            owner.execute("update ledger.lot set paid = null where origin_lot is not null")
        assert paid(books.connection, wallets[2]) == [(face, None) for face, _ in last]
        while api.follow_paid(books.connection, 1):
            pass
        assert paid(books.connection, wallets[2]) == last == [(1200, 1000), (100, 83)]
        assert paid(books.connection, wallets[1]) == [(1200, 1000)]


class TestSums:
    """Unused value and its paid part at any moment, and what moved it between two."""

    def test_against_a_plain_model(self, shiftable: Shiftable) -> None:
        """Every lot's balance after each step, and so the floors that the ledger must find."""
        books, chance = shiftable.books, random.Random(276)
        emoneys = [books.emoney(), books.emoney()]
        shop = books.shop(*emoneys)
        wallets = [books.wallet() for _ in range(3)]
        numbers: list[str] = []
        start = books.now()
        moments = []
        expected = []
        for step in range(24):
            shiftable.show(start + step * DAY)
            wallet = chance.choice(wallets)
            if step % 4 == 0:
                face = chance.randint(3, 900)
                lot = chance.choice(emoneys), face, chance.randint(0, face)
                bought(books, wallet, lot, (emoneys[1], 70, 0), days=chance.randint(3, 9))
            outcome = books.pay(wallet, shop, chance.randint(1, 200))
            if outcome.number:
                numbers.append(outcome.number)
            if numbers and step % 3 == 0:
                books.refund(chance.choice(numbers), chance.randint(1, 30))
            if step % 5 == 4:
                api.expire_due(books.connection)
            if step == 14:
                bought(books, wallets[0], (emoneys[0], 77, 33))
                books.transfer(wallets[0], wallets[1])
                wallets.pop(0)
            moment = books.now()
            moments.append(moment)
            expected.append(held(books, moment))
        assert any(any(each.dead_paid for each in state) for state in expected)
        for moment, state in zip(moments, expected, strict=True):
            found = api.paid_parts(books.connection, books.issuer_id, moment)
            assert found == state
        for since, until in ((0, 23), (3, 17), (8, 9), (5, 5)):
            flows = api.paid_flows(
                books.connection, books.issuer_id, moments[since], moments[until]
            )
            assert moved(expected[since], expected[until]) == summed(flows)
        whole = api.paid_flows(books.connection, books.issuer_id, start - DAY, books.now())
        kinds = {each.kind for each in whole}
        assert {"issue", "payment", "refund", "expiry", "transfer_in", "transfer_out"} <= kinds
        assert sum(each.paid for each in whole if each.kind.startswith("transfer")) == 0
        assert all((each.paid <= 0) == (each.amount <= 0) or not each.paid for each in whole)


def held(books: Books, moment: object) -> list[api.PaidPart]:
    """What the issuer's lots hold now, as plain Python sums it up; `moment` is now."""
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for emoney, face, paid_yen, balance, is_dead in books.connection.execute(
        "select emoney_id, face, paid, balance, coalesce(expires_at <= %s, false)"
        " from ledger.lot where issuer_id = %s and balance > 0",
        [moment, books.issuer_id],
    ).fetchall():
        sums[emoney][2 * is_dead] += balance
        sums[emoney][2 * is_dead + 1] += balance * paid_yen // face
    return [api.PaidPart(emoney, *yen) for emoney, yen in sorted(sums.items())]


def moved(before: list[api.PaidPart], after: list[api.PaidPart]) -> dict[int, tuple[int, int]]:
    """Yen and paid part that came or went, by emoney; the dead are still in their lots."""
    change: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for sign, state in ((-1, before), (1, after)):
        for each in state:
            change[each.emoney_id][0] += sign * (each.unused + each.dead)
            change[each.emoney_id][1] += sign * (each.unused_paid + each.dead_paid)
    return {emoney: (yen, part) for emoney, (yen, part) in change.items() if yen or part}


def summed(flows: list[api.PaidFlow]) -> dict[int, tuple[int, int]]:
    """The flows of all kinds together, by emoney."""
    change: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for each in flows:
        change[each.emoney_id][0] += each.amount
        change[each.emoney_id][1] += each.paid
    return {emoney: (yen, part) for emoney, (yen, part) in change.items() if yen or part}


@pytest.fixture
def forged(shiftable: Shiftable) -> Iterator[psycopg.Connection]:
    """The owner's connection to books of a bought lot that moved, of a lot of grace and of a
    correction, which are right."""
    books = Books(shiftable.books.connection, refund_grace_days=5)
    emoney = books.emoney()
    shop, wallet, target = books.shop(emoney), books.wallet(), books.wallet()
    bought(books, wallet, (emoney, 1200, 1000), days=1)
    number = books.paid(wallet, shop, 700)
    books.transfer(wallet, target)
    correction = api.Correction(
        api.Request.of("test:staff", "c"), books.issuer_id, target, 50, emoney_id=emoney
    )
    api.correct(books.connection, correction)
    shiftable.show(books.in_days(3))
    books.refund(number, 100)
    with psycopg.connect(shiftable.copy.owner_url, autocommit=True) as owner:
        assert checks.verify(owner, [checks.OWN]).ok
        yield owner


@pytest.mark.parametrize(
    ("change", "where", "named"),
    [
        (b"null", b"face = 50", "what was paid for it is not known"),
        (b"999", b"face = 1200 and origin_lot is not null", "999 yen were paid for it"),
        (b"84", b"face = 100", "84 yen were paid for it, and 1000 of 1200"),
        (b"1", b"face = 50", "1 yen were paid for a correction"),
    ],
)
def test_what_is_wrong_is_named(
    forged: psycopg.Connection, change: bytes, where: bytes, named: str
) -> None:
    forged.execute(b"update ledger.lot set paid = %s where %s" % (change, where))
    found = [
        row
        for check in checks.verify(forged, [checks.OWN]).checks
        if check.name == "18_paid_parts"
        for row in check.rows
    ]
    assert any(named in row for row in found), found


def test_a_lot_of_today_may_not_be_told_yet(
    forged: psycopg.Connection,
) -> None:
    """The version before runs beside this one during an update; the worker tells hourly."""
    forged.execute("update ledger.lot set paid = null where face = 100")
    assert checks.verify(forged, [checks.OWN]).ok
