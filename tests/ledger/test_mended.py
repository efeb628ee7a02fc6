"""Faults that a review found, each as it was reproduced."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest

from hansatsu.database.server import EmbeddedServer
from hansatsu.ledger import api, checks
from tests.ledger.books import Books
from tests.ledger.conftest import Shiftable
from tests.ledger.ways import WAYS, Way
from tests.support.waiting import wait_until


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_payment_waits_for_its_shop_to_stop(
    way: Way, books: Books, server: EmbeddedServer, app_connection: psycopg.Connection
) -> None:
    """A stop read its clock, a payment read a later one, and both committed."""
    emoney = books.emoney()
    shop, wallet = books.shop(emoney), books.wallet()
    books.issue(wallet, emoney, 100)
    with (
        psycopg.connect(server.app_url) as stopping,
        psycopg.connect(server.app_url, autocommit=True) as paying,
        ThreadPoolExecutor(1) as pool,
    ):
        api.end_acceptances(stopping, issuer_id=books.issuer_id, pairs=[(shop, emoney)])
        late = pool.submit(way, paying, books.payment(wallet, shop, 10))
        wait_until(
            lambda: (
                app_connection.execute(
                    "select true from pg_locks where pid = %s and locktype = 'advisory'"
                    " and not granted",
                    [paying.info.backend_pid],
                ).fetchone()
                is not None
            ),
            what="the payment to wait",
        )
        stopping.commit()
        assert late.result().outcome == "not_accepted"
    assert books.held(wallet) == 100


def test_a_refund_goes_to_the_very_lot_that_grace_made(shiftable: Shiftable) -> None:
    """It went to a new lot with a new expiry, and value could be kept alive for ever."""
    books = Books(shiftable.books.connection, refund_grace_days=3)
    emoney = books.emoney()
    shop, wallet = books.shop(emoney), books.wallet()
    start = books.now()
    books.issue(wallet, emoney, 200, start + timedelta(days=1))
    first = books.paid(wallet, shop, 100)
    shiftable.show(start + timedelta(days=2))
    assert books.refund(first).outcome == "refunded"
    (grace,) = api.lots(books.connection, books.issuer_id, wallet)
    second = books.paid(wallet, shop, 100)
    shiftable.show(start + timedelta(days=3))
    assert books.refund(second, 40).left_over == 60
    assert books.refund(second).left_over == 0
    (again,) = api.lots(books.connection, books.issuer_id, wallet)
    assert (again.lot_id, again.expires_at, again.balance) == (
        grace.lot_id,
        grace.expires_at,
        100,
    )
    with psycopg.connect(shiftable.copy.app_url, autocommit=True) as connection:
        assert checks.verify(connection, [checks.OWN]).ok


def test_a_set_of_issues_refuses_a_key_or_wallet_twice(books: Books) -> None:
    """The same key issued to two wallets."""
    emoney = books.emoney()
    one, other = books.wallet(), books.wallet()
    request = api.Request.of("test:staff", books.key())
    lots = (api.NewLot(emoney, 10, None),)
    for second in (
        api.Issue(request, books.issuer_id, other, lots),
        api.Issue(api.Request.of("test:staff", books.key()), books.issuer_id, one, lots),
    ):
        with pytest.raises(psycopg.errors.RaiseException):
            api.issue_set(
                books.connection, [api.Issue(request, books.issuer_id, one, lots), second]
            )
    assert (books.held(one), books.held(other)) == (0, 0)


def test_a_transfer_is_no_new_daily_limit(app_connection: psycopg.Connection) -> None:
    """What the old wallet spent today counts for the new one."""
    books = Books(app_connection, limits=api.Limits(per_day=100))
    emoney = books.emoney()
    shop, old, new = books.shop(emoney), books.wallet(), books.wallet()
    books.issue(old, emoney, 300)
    books.paid(old, shop, 90)
    assert books.transfer(old, new).outcome == "transferred"
    assert books.pay(new, shop, 11).outcome == "over_limit"
    assert books.pay(new, shop, 10).outcome == "paid"
