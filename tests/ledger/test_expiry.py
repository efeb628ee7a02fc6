"""Value dies at its expiry, to the microsecond, also for a payment that had to wait."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest

from hansatsu.ledger import api, checks
from tests.ledger.books import Books, rows_of, used
from tests.ledger.conftest import Shiftable
from tests.support.waiting import wait_until


def test_dead_at_its_expiry(shiftable: Shiftable) -> None:
    books = shiftable.books
    emoney = books.emoney()
    shop, wallet, expiry = books.shop(emoney), books.wallet(), books.in_days(30)
    lot = books.issue(wallet, emoney, 100, expiry)
    shiftable.show(expiry - timedelta(seconds=10))
    assert used(books.pay(wallet, shop, 1)) == [(lot, 1)]
    assert books.held(wallet) == 99

    shiftable.show(expiry)
    before = rows_of(books.connection, wallet)
    assert books.pay(wallet, shop, 1).outcome == "expired"
    assert rows_of(books.connection, wallet) == before
    assert books.held(wallet) == 0
    assert books.lots(wallet) == {}


@pytest.mark.parametrize(("microseconds", "taken"), [(-1, 100), (0, 0), (1, 0)])
def test_boundary_of_the_spend_rule(
    app_connection: psycopg.Connection, microseconds: int, taken: int
) -> None:
    books = Books(app_connection)
    emoney = books.emoney()
    shop, wallet, expiry = books.shop(emoney), books.wallet(), books.in_days(1)
    books.issue(wallet, emoney, 100, expiry)
    at = expiry + timedelta(microseconds=microseconds)
    row = app_connection.execute(
        "select available from ledger.purse_v1(%s, %s, %s)",
        [wallet, shop, at],
    ).fetchone()
    assert row == (taken,)


def test_what_lives_is_spent_beside_what_is_dead(shiftable: Shiftable) -> None:
    books = shiftable.books
    emoney = books.emoney()
    shop, wallet, expiry = books.shop(emoney), books.wallet(), books.in_days(30)
    books.issue(wallet, emoney, 100, expiry)
    living = books.issue(wallet, emoney, 50)
    shiftable.show(expiry)
    assert books.pay(wallet, shop, 51).outcome == "insufficient"
    assert used(books.pay(wallet, shop, 50)) == [(living, 50)]
    assert books.pay(wallet, shop, 1).outcome == "expired"


def test_waiting_across_the_boundary_does_not_use_it(shiftable: Shiftable) -> None:
    books = shiftable.books
    emoney = books.emoney()
    shop, wallet, expiry = books.shop(emoney), books.wallet(), books.in_days(30)
    books.issue(wallet, emoney, 100, expiry)
    payer = books.connection.info.backend_pid
    payment = books.payment(wallet, shop, 1)
    with (
        psycopg.connect(shiftable.copy.owner_url, autocommit=True) as holder,
        psycopg.connect(shiftable.copy.superuser_url, autocommit=True) as onlooker,
        ThreadPoolExecutor(1) as threads,
    ):
        with holder.transaction():
            holder.execute("select from ledger.wallet where wallet_id = %s for update", [wallet])
            waiting = threads.submit(api.pay, books.connection, payment)

            def waits() -> bool:
                return onlooker.execute(
                    "select wait_event_type from pg_stat_activity where pid = %s", [payer]
                ).fetchone() == ("Lock",)

            wait_until(waits, what="the payment to wait for its wallet")
            shiftable.show(expiry)
        assert waiting.result(30).outcome == "expired"


def test_nothing_is_born_dead(app_connection: psycopg.Connection) -> None:
    books = Books(app_connection)
    emoney, wallet = books.emoney(), books.wallet()
    outcome = books.try_issue(wallet, (emoney, 1, None), (emoney, 1, books.now()))
    assert outcome.outcome == "expired"
    assert books.lots(wallet) == {}


def test_sweep_books_what_died_once(shiftable: Shiftable) -> None:
    books = shiftable.books
    emoney = books.emoney()
    shop, expiry = books.shop(emoney), books.in_days(30)
    wallets = [books.wallet() for _ in range(3)]
    for wallet in wallets:
        books.issue(wallet, emoney, 60, expiry)
        books.issue(wallet, emoney, 40, expiry)
        books.issue(wallet, emoney, 7)
    books.paid(wallets[0], shop, 60 + 40)  # nothing is left to book there
    assert api.expire_due(books.connection) == 0

    shiftable.show(expiry)
    assert [api.expire_due(books.connection, limit=1) > 0 for _ in range(4)][-1] is False
    assert [books.kinds(wallet)[-1] for wallet in wallets] == ["payment", "expiry", "expiry"]
    swept = api.history(books.connection, books.issuer_id, wallets[1], limit=1)[0]
    assert (swept.amount, [line.amount for line in swept.lines]) == (-100, [-60, -40])
    assert [books.held(wallet) for wallet in wallets] == [7, 7, 7]
    assert books.pay(wallets[1], shop, 8).outcome == "insufficient"

    before = rows_of(books.connection, *wallets)
    assert api.expire_due(books.connection) == 0
    assert rows_of(books.connection, *wallets) == before
    with psycopg.connect(shiftable.copy.owner_url) as owner:
        assert checks.verify(owner, [checks.OWN]).ok


def test_refusal_after_the_sweep_says_expired(shiftable: Shiftable) -> None:
    books = shiftable.books
    emoney = books.emoney()
    shop, wallet, expiry = books.shop(emoney), books.wallet(), books.in_days(30)
    books.issue(wallet, emoney, 60, expiry)
    shiftable.show(expiry)
    assert api.expire_due(books.connection) == 1
    assert books.pay(wallet, shop, 1).outcome == "expired"


def test_clock_set_back_revives_nothing(shiftable: Shiftable) -> None:
    books = shiftable.books
    emoney = books.emoney()
    shop, wallet, expiry = books.shop(emoney), books.wallet(), books.in_days(30)
    books.issue(wallet, emoney, 60, expiry)
    books.issue(wallet, emoney, 7)
    shiftable.show(expiry)
    books.paid(wallet, shop, 1)
    shiftable.show(expiry - timedelta(seconds=50))
    assert books.pay(wallet, shop, 7).outcome == "insufficient"
    times = [e.at for e in api.history(books.connection, books.issuer_id, wallet)]
    assert times == sorted(times, reverse=True)
