"""The database server restarts between two tries: a key knows what it has done."""

import psycopg
import pytest

from hansatsu.ledger import api
from tests.ledger.books import Books
from tests.support.clusters import furnished_server


def test_a_try_after_a_restart_is_the_same_payment() -> None:
    with furnished_server() as server:
        with psycopg.connect(server.app_url, autocommit=True) as connection:
            books = Books(connection)
            emoney = books.emoney()
            shop, wallet = books.shop(emoney), books.wallet()
            books.issue(wallet, emoney, 1000)
            device, step = books.device(wallet), int(books.now().timestamp()) // 30
            payment = books.payment(wallet, shop, 300, device=device, step=step)
            given_up = books.payment(wallet, shop, 200)
            first = api.pay(connection, payment)
            request = given_up.request
            assert api.cancel(connection, request.actor, request.key).outcome == "cancelled"
            server.stop()
            with pytest.raises(psycopg.OperationalError):
                api.pay(connection, payment)
        server.start()
        with psycopg.connect(server.app_url, autocommit=True) as connection:
            again = api.pay(connection, payment)
            assert (first.outcome, again.outcome) == ("paid", "replayed")
            assert (again.number, again.seq, again.at) == (first.number, first.seq, first.at)
            assert api.pay(connection, given_up).outcome == "cancelled"
            books.connection = connection
            anew = books.pay(wallet, shop, 1, device=device, step=step)
            assert anew.outcome == "code_used"
            assert books.held(wallet) == 700
