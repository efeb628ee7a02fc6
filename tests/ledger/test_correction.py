"""The issuer mends a mistake: up by a new lot, down from a lot that holds enough; nothing else."""

from collections import Counter
from collections.abc import Iterator

import psycopg
import pytest

from hansatsu.database.server import EmbeddedServer
from hansatsu.ledger import api
from tests.ledger.books import Books
from tests.ledger.conftest import Shiftable
from tests.ledger.test_concurrency import race
from tests.ledger.test_reversal import accounts, broken
from tests.support.copies import DatabaseCopy


def correct(books: Books, wallet: int, amount: int, **fields: object) -> api.CorrectionOutcome:
    key = str(fields.pop("key", None) or books.key())
    request = api.Request.of("test:correction", key, wallet, amount, *fields.values())
    made = api.Correction(request, books.issuer_id, wallet, amount, **fields)  # type: ignore[arg-type]
    return api.correct(books.connection, made)


@pytest.fixture
def verified(shiftable: Shiftable) -> Iterator[Shiftable]:
    """A database of the test's own, in which all checks hold at the end."""
    yield shiftable
    with psycopg.connect(shiftable.copy.owner_url) as owner:
        assert broken(owner) == []


def test_up_makes_a_lot(books: Books) -> None:
    wallet, emoney, expiry = books.wallet(), books.emoney(), books.in_days(9)
    outcome = correct(books, wallet, 700, emoney_id=emoney, expires_at=expiry)
    assert (outcome.outcome, outcome.wallet_id, outcome.seq) == ("corrected", wallet, 1)
    (lot,) = api.lots(books.connection, books.issuer_id, wallet)
    assert (lot.emoney_id, lot.face, lot.balance) == (emoney, 700, 700)
    assert (lot.expires_at, lot.registered_at) == (expiry, outcome.at)
    assert accounts(books) == {"correction": -700}
    entry = api.entry(books.connection, books.issuer_id, wallet, 1)
    assert entry is not None
    assert (entry.kind, entry.amount, len(entry.lines)) == ("correction", 700, 1)


def test_down_takes_from_the_lot_that_is_named(books: Books) -> None:
    wallet, emoney = books.wallet(), books.emoney()
    soon, late = (books.issue(wallet, emoney, 500, books.in_days(days)) for days in (1, 2))
    assert correct(books, wallet, -200, lot_id=late, reason="二重").outcome == "corrected"
    assert books.lots(wallet) == {soon: 500, late: 300}
    assert accounts(books) == {"issued": -1000, "correction": 200}
    assert api.note(books.connection, books.issuer_id, wallet, 3) == "二重"
    assert correct(books, wallet, -300, lot_id=late).outcome == "corrected"
    assert books.lots(wallet) == {soon: 500}


def test_refusals_change_nothing(books: Books) -> None:
    wallet, emoney = books.wallet(), books.emoney()
    lot = books.issue(wallet, emoney, 500)
    elsewhere = books.issue(books.wallet(), emoney, 500)
    stranger = Books(books.connection)
    gone = books.wallet()
    assert books.change("close", gone) == "done"
    before = books.kinds(wallet), books.lots(wallet), accounts(books)
    past = books.in_days(-1)
    refused = {
        "insufficient": correct(books, wallet, -501, lot_id=lot),
        "expired": correct(books, wallet, 10, emoney_id=emoney, expires_at=past),
        "closed": correct(books, gone, 10, emoney_id=emoney),
    }
    assert {outcome.outcome for outcome in refused.values()} == set(refused)
    for unknown in (
        correct(books, wallet, 0, emoney_id=emoney),
        correct(books, wallet, -10, lot_id=elsewhere),
        correct(books, wallet, -10),
        correct(books, wallet, 10),
        correct(books, wallet, 10, emoney_id=stranger.emoney()),
        correct(stranger, wallet, 10, emoney_id=stranger.emoney()),
        correct(books, 1 << 60, 10, emoney_id=emoney),
    ):
        assert (unknown.outcome, unknown.seq, unknown.at) == ("unknown", None, None)
    assert (books.kinds(wallet), books.lots(wallet), accounts(books)) == before


def test_the_limit_on_holding_counts(books: Books) -> None:
    limited = Books(books.connection, limits=api.Limits(holding=1000))
    wallet, emoney = limited.wallet(), limited.emoney()
    limited.issue(wallet, emoney, 900)
    assert correct(limited, wallet, 101, emoney_id=emoney).outcome == "over_limit"
    assert correct(limited, wallet, 100, emoney_id=emoney).outcome == "corrected"


def test_under_one_key_once(books: Books) -> None:
    wallet, emoney = books.wallet(), books.emoney()
    first = correct(books, wallet, 100, emoney_id=emoney, key="k" + str(wallet))
    again = correct(books, wallet, 100, emoney_id=emoney, key="k" + str(wallet))
    other = correct(books, wallet, 200, emoney_id=emoney, key="k" + str(wallet))
    assert (again.outcome, again.seq, again.at) == ("replayed", first.seq, first.at)
    assert other.outcome == "key_conflict"
    assert books.held(wallet) == 100


def test_a_frozen_wallet_is_corrected_and_still_does_not_pay(books: Books) -> None:
    wallet, emoney = books.wallet(), books.emoney()
    lot = books.issue(wallet, emoney, 500)
    books.change("freeze", wallet)
    assert correct(books, wallet, -500, lot_id=lot).outcome == "corrected"
    assert correct(books, wallet, 40, emoney_id=emoney).outcome == "corrected"
    assert books.pay(wallet, books.shop(emoney), 40).outcome == "frozen"


def test_a_refund_finds_its_room_after_it(verified: Shiftable) -> None:
    books = verified.books
    wallet, emoney = books.wallet(), books.emoney()
    lot = books.issue(wallet, emoney, 1000)
    number = books.paid(wallet, books.shop(emoney), 600)
    assert correct(books, wallet, -400, lot_id=lot).outcome == "corrected"
    assert correct(books, wallet, 1000, emoney_id=emoney).outcome == "corrected"
    assert books.refund(number).outcome == "refunded"
    assert books.lots(wallet)[lot] == 600
    assert books.held(wallet) == 1600


def test_an_issue_is_taken_back_after_it(verified: Shiftable) -> None:
    """What a correction took of it is the issuer's loss and its correction's gain."""
    books = verified.books
    wallet, emoney = books.wallet(), books.emoney()
    issued = books.try_issue(wallet, (emoney, 1000, None))
    (lot,) = books.lots(wallet)
    correct(books, wallet, -300, lot_id=lot)
    assert issued.seq is not None
    outcome = books.reverse(wallet, issued.seq)
    assert (outcome.taken, outcome.lost) == (700, 300)
    assert accounts(books) == {"correction": 300, "loss": -300}
    assert books.reinstate(wallet, issued.seq).outcome == "reinstated"
    assert books.held(wallet) == 700


def test_what_it_made_moves_and_dies_as_all_value(verified: Shiftable) -> None:
    books = verified.books
    wallet, new, emoney = books.wallet(), books.wallet(), books.emoney()
    correct(books, wallet, 100, emoney_id=emoney, expires_at=books.in_days(1))
    correct(books, wallet, 50, emoney_id=emoney)
    assert books.transfer(wallet, new).outcome == "transferred"
    verified.show(books.in_days(2))
    while api.expire_due(books.connection):
        pass
    assert books.held(new) == 50


def test_corrections_and_payments_race_for_the_same_value(
    books: Books, server: EmbeddedServer
) -> None:
    wallet, emoney = books.wallet(), books.emoney()
    lot, shop = books.issue(wallet, emoney, 300), books.shop(emoney)
    payments = [books.payment(wallet, shop, 100) for _ in range(12)]
    corrections = [
        api.Correction(
            api.Request.of("test:correction", books.key()),
            books.issuer_id,
            wallet,
            -100,
            lot_id=lot,
        )
        for _ in range(12)
    ]

    def act(connection: psycopg.Connection, place: int) -> str:
        if place % 2:
            return api.pay(connection, payments[place]).outcome
        return api.correct(connection, corrections[place]).outcome

    counted = Counter(race(server.app_url, 12, act))
    assert counted["paid"] + counted["corrected"] == 3
    assert counted["insufficient"] == 9
    assert books.held(wallet) == 0


def test_corrections_race_for_the_room_under_the_limit(
    books: Books, server: EmbeddedServer
) -> None:
    limited = Books(books.connection, limits=api.Limits(holding=1000))
    wallet, emoney = limited.wallet(), limited.emoney()
    limited.issue(wallet, emoney, 850)
    made = [
        api.Correction(
            api.Request.of("test:correction", books.key()),
            limited.issuer_id,
            wallet,
            60,
            emoney_id=emoney,
        )
        for _ in range(8)
    ]
    counted = Counter(race(server.app_url, 8, lambda c, place: api.correct(c, made[place]).outcome))
    assert counted == {"corrected": 2, "over_limit": 6}
    assert limited.held(wallet) == 970


def test_the_same_correction_from_many_is_made_once(books: Books, server: EmbeddedServer) -> None:
    wallet, emoney = books.wallet(), books.emoney()
    made = api.Correction(
        api.Request.of("test:correction", books.key()), books.issuer_id, wallet, 9, emoney_id=emoney
    )
    counted = Counter(race(server.app_url, 8, lambda c, _: api.correct(c, made).outcome))
    assert counted == {"corrected": 1, "replayed": 7}
    assert books.held(wallet) == 9


def test_what_is_no_correction_is_found(database_copy: DatabaseCopy) -> None:
    with (
        psycopg.connect(database_copy.app_url, autocommit=True) as app,
        psycopg.connect(database_copy.owner_url, autocommit=True) as owner,
    ):
        books = Books(app)
        wallet, emoney = books.wallet(), books.emoney()
        correct(books, wallet, 100, emoney_id=emoney)
        assert broken(owner) == []
        owner.execute("update ledger.entry set amounts = '{200,-200}', amount = 100")
        found = [row for row in broken(owner) if "no correction of one lot" in row]
        assert found == [
            f"entry {wallet}/1 (correction): it is no correction of one lot by 100 yen"
        ]
        owner.execute("update ledger.entry set amounts = '{100,-100}', kind = 'issue'")
        assert any("(issue): it is no correction" in row for row in broken(owner))
