"""What a till is told while its payment hangs in somebody else's transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection
from django.test import Client

from hansatsu.database.connections import ledger_connection
from hansatsu.database.server import EmbeddedServer
from hansatsu.parties.wallets.selectors import total_balance
from tests.ledger.books import rows_of
from tests.support.pos import Pos, new_key
from tests.support.waiting import wait_until
from tests.town import Town

HOLD_WALLET = "select from ledger.wallet where wallet_id = %(wallet)s for update"
HOLD_KEY = (
    "insert into ledger.request (actor, key, operation, content)"
    " values (%(actor)s, %(key)s, 'payment', '')"
)


def _hanging() -> int:
    return int(Client().get("/readyz").json()["hanging_payments"])


@contextmanager
def held(server: EmbeddedServer, statement: str, values: dict[str, object]) -> Iterator[None]:
    with psycopg.connect(server.owner_url) as holder:
        holder.execute(statement.encode(), values)
        yield
        holder.rollback()


@pytest.mark.parametrize("statement", [HOLD_WALLET, HOLD_KEY])
def test_it_tries_again_while_others_pay_and_readyz_says_so(
    server: EmbeddedServer, town: Town, till: Pos, statement: str
) -> None:
    (code, card), (other, _), key = town.card(500), town.card(500), new_key()
    actor = f"terminal:{town.shop.terminals.latest('pk').pk}"
    before = rows_of(ledger_connection(), card.wallet_id)
    with held(server, statement, {"wallet": card.wallet_id, "actor": actor, "key": key}):
        stuck = till.pay(code, 100, key=key, reference=None)
        assert (stuck.status, stuck.code) == (503, "try_again")
        assert till.pay(other, 100, reference=None).status == 201
        wait_until(lambda: _hanging() >= 1, what="/readyz to say so")
        assert rows_of(ledger_connection(), card.wallet_id) == before
    assert till.pay(code, 100, key=key, reference=None).status == 201
    assert total_balance(town.issuer, card.wallet_id) == 400


def test_a_cancellation_that_hangs_is_not_told_as_done(
    server: EmbeddedServer, town: Town, till: Pos
) -> None:
    """The payment may still be made: `cancelled` would have the cashier take cash."""
    key = new_key()
    actor = f"terminal:{town.shop.terminals.latest('pk').pk}"
    with held(server, HOLD_KEY, {"actor": actor, "key": key}):
        answered = till.cancel(key)
        assert (answered.status, answered.code) == (503, "try_again")
    assert till.cancel(key).json == {"status": "cancelled"}


def test_a_restart_of_the_database_is_nobodys_error(
    server: EmbeddedServer, town: Town, till: Pos
) -> None:
    code, _card = town.card(500)
    assert till.pay(code, 100, reference=None).status == 201
    connection.close()  # back to the pool, as at the end of a request
    with psycopg.connect(server.superuser_url, autocommit=True) as onlooker:
        onlooker.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where usename = 'hansatsu_app' and state = 'idle'"
        )
    assert till.pay(code, 100, reference=None).status == 201
    assert till.call("GET", "/shop").status == 200
    assert Client().get("/readyz").json()["checks"]["database"] is True
