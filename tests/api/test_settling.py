"""Refunds, and cancelling what a till does not know."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from hansatsu.database.connections import ledger_connection
from hansatsu.database.server import EmbeddedServer
from hansatsu.parties.shops.api_keys import make_api_key
from hansatsu.parties.shops.terminals import revoke_terminal
from hansatsu.parties.wallets.selectors import total_balance
from tests.ledger.books import rows_of
from tests.support.pos import ApiProcesses, Pos, new_key
from tests.support.tills import code_on
from tests.support.waiting import wait_until
from tests.town import Town


def test_a_refund_in_parts_then_the_rest(town: Town, till: Pos) -> None:
    number = till.pay(code_on(town.device()), 500).json["id"]
    key = new_key()
    part = till.refund(number, 200, key=key)
    assert part.status == 201
    told = part.json
    assert (told["payment"], told["amount"]) == (number, 200)
    assert told["id"].startswith(f"{number}-")
    assert [each["amount"] for each in told["restores"]] == [200]
    again = till.refund(number, 200, key=key)
    assert (again.status, again.data) == (201, part.data)
    assert again.headers["idempotent-replayed"] == "true"
    assert till.refund(number, 100, key=key).code == "idempotency_key_conflict"
    assert till.refund(number, 301).code == "refund_exceeds_payment"
    assert till.refund(number).json["amount"] == 300
    assert (refused := till.refund(number)).status == 409
    assert refused.code == "already_refunded"
    shown = till.call("GET", f"/payments/{number}").json
    assert (shown["refundable"], len(shown["refunds"])) == (0, 2)
    assert total_balance(town.issuer, town.resident.wallet_id) == 10_000


def test_a_key_of_a_payment_is_no_key_of_a_refund(town: Town, till: Pos) -> None:
    key = new_key()
    number = till.pay(town.card(500)[0], 200, key=key).json["id"]
    assert till.refund(number, key=key).code == "idempotency_key_conflict"
    assert till.call("GET", f"/payments/{number}").json["refundable"] == 200


def test_nothing_had_happened(town: Town, till: Pos) -> None:
    (code, card), key = town.card(500), new_key()
    assert till.cancel(key).json == {"status": "cancelled"}
    before = rows_of(ledger_connection(), card.wallet_id)
    late = till.pay(code, 200, key=key)
    assert (late.status, late.code) == (409, "request_cancelled")
    assert till.cancel(key).json == {"status": "cancelled"}
    assert rows_of(ledger_connection(), card.wallet_id) == before


def test_it_had_been_paid(town: Town, till: Pos) -> None:
    (code, card), key = town.card(500), new_key()
    number = till.pay(code, 200, key=key).json["id"]
    done = till.cancel(key)
    assert done.status == 200
    assert done.json["status"] == "refunded"
    assert done.json["payment"]["id"] == number
    assert done.json["refund"]["amount"] == 200
    assert till.cancel(key).data == done.data
    assert total_balance(town.issuer, card.wallet_id) == 500


def test_it_had_been_refunded_in_part(town: Town, till: Pos) -> None:
    (code, card), key = town.card(500), new_key()
    number = till.pay(code, 200, key=key).json["id"]
    assert till.refund(number, 50).status == 201
    assert till.cancel(key).json["refund"]["amount"] == 150
    assert total_balance(town.issuer, card.wallet_id) == 500


def test_a_refunds_key_is_not_cancelled(town: Town, till: Pos) -> None:
    number = till.pay(town.card(500)[0], 200).json["id"]
    key = new_key()
    till.refund(number, 50, key=key)
    assert till.cancel(key).code == "idempotency_key_conflict"
    assert till.call("GET", f"/payments/{number}").json["refundable"] == 150


def test_a_late_retry_of_what_was_given_back_is_refused(town: Town, till: Pos) -> None:
    (code, card), key = town.card(500), new_key()
    assert till.pay(code, 200, key=key).status == 201
    done = till.cancel(key)
    assert done.json["status"] == "refunded"
    before = rows_of(ledger_connection(), card.wallet_id)
    late = till.pay(code, 200, key=key)
    assert (late.status, late.code) == (409, "request_cancelled")
    assert till.pay(code, 201, key=key).code == "request_cancelled"
    assert till.cancel(key).data == done.data
    assert rows_of(ledger_connection(), card.wallet_id) == before


def test_another_terminals_key_is_not_cancelled(
    town: Town, till: Pos, till_with: Callable[..., Pos]
) -> None:
    """Tills count alike: it may be another customer's."""
    (code, card), key = town.card(500), new_key()
    number = till.pay(code, 200, key=key).json["id"]
    other = till_with("pay", "refund_today")
    before = rows_of(ledger_connection(), card.wallet_id)
    for _ in range(2):
        refused = other.cancel(key)
        assert (refused.status, refused.code) == (409, "other_terminal")
        assert refused.json["payment"] == number
    assert rows_of(ledger_connection(), card.wallet_id) == before
    assert other.pay(code, 100, key=key).status == 201  # the key is the other one's still
    assert till.cancel(key).json["payment"]["id"] == number
    assert other.refund(number).code == "already_refunded"
    assert total_balance(town.issuer, card.wallet_id) == 400


def test_a_terminal_that_is_gone_is_another_one(api: ApiProcesses, town: Town) -> None:
    old, (code, card), key = town.terminal(), town.card(500), new_key()
    number = Pos(api.port, make_api_key(old)[0]).pay(code, 200, key=key).json["id"]
    revoke_terminal(old)
    new = Pos(api.port, make_api_key(town.terminal())[0])
    assert new.cancel(key).json["payment"] == number
    assert new.refund(number).status == 201
    assert total_balance(town.issuer, card.wallet_id) == 500


def test_another_shops_key_is_nobodys(api: ApiProcesses, town: Town, till: Pos) -> None:
    (code, card), key = town.card(500), new_key()
    assert till.pay(code, 200, key=key).status == 201
    stranger = Pos(api.port, make_api_key(town.terminal(town.large_shop))[0])
    assert stranger.cancel(key).json == {"status": "cancelled"}
    assert total_balance(town.issuer, card.wallet_id) == 300


def test_cancelled_while_the_payment_is_on_its_way(
    server: EmbeddedServer, town: Town, till: Pos
) -> None:
    """A payment that waits for its wallet has not claimed its key: the cancellation is final at
    once, and the payment meets it. (The payment waits for a second only: on a slow machine it gives
    up.)"""
    (code, card), key = town.card(500), new_key()
    with ThreadPoolExecutor(1) as pool, psycopg.connect(server.owner_url) as blocker:
        blocker.execute(
            "select from ledger.wallet where wallet_id = %s for update", [card.wallet_id]
        )
        paying = pool.submit(till.pay, code, 200, key=key)
        wait_until(lambda: _waits(server, "ledger.pay_"), what="the payment to wait")
        assert till.cancel(key).json == {"status": "cancelled"}
        blocker.rollback()
        assert paying.result().status in (409, 503)
    assert till.pay(code, 200, key=key).status == 409
    assert total_balance(town.issuer, card.wallet_id) == 500


def test_cancelled_while_the_payment_is_being_written(
    server: EmbeddedServer, town: Town, till: Pos
) -> None:
    """The payment has claimed its key and waits for its shop; the cancellation waits for the
    payment, and gives back what it took."""
    (code, card), key = town.card(500), new_key()
    with ThreadPoolExecutor(2) as pool, psycopg.connect(server.owner_url) as blocker:
        blocker.execute("select ledger.lock_shop_alone_v1(%s)", [town.shop.pk])
        paying = pool.submit(till.pay, code, 200, key=key)
        wait_until(lambda: _waits(server, "ledger.pay_"), what="the payment to wait")
        cancelling = pool.submit(till.cancel, key)
        wait_until(lambda: _waits(server, "cancel_"), what="the cancellation to wait")
        blocker.rollback()
        ended = paying.result().status, cancelling.result().json["status"]
        assert ended in ((201, "refunded"), (503, "cancelled"))
    assert total_balance(town.issuer, card.wallet_id) == 500


@pytest.mark.parametrize("place", range(5))
def test_cancelled_at_once_in_any_order(town: Town, till: Pos, place: int) -> None:
    (code, card), key = town.card(500), new_key()
    barrier = threading.Barrier(2)

    def at_once(call: Callable[[], object]) -> object:
        barrier.wait()
        return call()

    with ThreadPoolExecutor(2) as pool:
        paying = pool.submit(at_once, lambda: till.pay(code, 200, key=key))
        cancelling = pool.submit(at_once, lambda: till.cancel(key))
        assert paying.result().status in (201, 409)  # type: ignore[attr-defined]
        assert cancelling.result().status == 200  # type: ignore[attr-defined]
    assert till.pay(code, 200, key=key).status in (201, 409)
    assert total_balance(town.issuer, card.wallet_id) == 500


def _waits(server: EmbeddedServer, words: str) -> bool:
    with psycopg.connect(server.superuser_url, autocommit=True) as connection:
        row = connection.execute(
            "select exists (select from pg_stat_activity where wait_event_type = 'Lock'"
            " and query like %s)",
            [f"%{words}%"],
        ).fetchone()
    return row is not None and bool(row[0])
