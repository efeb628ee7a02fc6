"""Money moves on a page while another transaction holds what it needs: words, no error, and one
payment when the lock is free."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from hansatsu.database.server import EmbeddedServer
from hansatsu.flows.payments.poster_intents import POSTER_TOKENS
from hansatsu.parties.wallets.selectors import total_balance
from tests.ledger.books import rows_of
from tests.support.ahead import ahead
from tests.support.clients import Visitor, words
from tests.support.tills import Till, code_on
from tests.town import Town, make_town

HOLD_WALLET = "select from ledger.wallet where wallet_id = %s for update"
SCRIPT = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def town() -> Town:
    town = make_town()
    town.charge(town.resident, town.all_shops, 1200)
    return town


@contextmanager
def hanging(server: EmbeddedServer, wallet: int) -> Iterator[None]:
    """Another transaction has the wallet, and pages wait for a moment only."""
    connection.ensure_connection()
    connection.connection.execute("set lock_timeout = '50ms'")
    before = rows_of(connection.connection, wallet)
    try:
        with psycopg.connect(server.owner_url) as holder:
            holder.execute(HOLD_WALLET.encode(), [wallet])
            yield
            assert rows_of(connection.connection, wallet) == before
            holder.rollback()
    finally:
        connection.connection.execute("set lock_timeout = '3s'")


def held(town: Town) -> int:
    return total_balance(town.issuer, town.resident.wallet_id)


def told(answer: HttpResponse) -> str:
    assert answer.status_code == 503
    assert answer["Retry-After"]
    assert "no-store" in answer["Cache-Control"]
    said = words(answer)
    assert "ただいま混み合っています" in said
    return said


def poster_page(hanako: Visitor) -> str:
    return str(hanako.post("pay/S0001", {"amount": "500", "key": "of-this-form"})["Location"])


def test_a_press_at_the_poster_pays_once_when_the_lock_is_free(
    server: EmbeddedServer, town: Town, hanako: Visitor
) -> None:
    page = poster_page(hanako)
    with hanging(server, town.resident.wallet_id):
        said = told(hanako.post(page))
        assert "お支払いが完了したかは、まだ確認できていません。" in said
        assert f'href="{page}"' in said
        assert "お店の方にこの画面をお見せください" in words(hanako.get(page))
    done = hanako.post(page)
    assert "?paid=1" in done["Location"]
    assert hanako.post(page)["Location"] == done["Location"]
    assert held(town) == 700


def test_a_script_at_the_poster_settles_what_it_did_not_hear(
    server: EmbeddedServer, town: Town, hanako: Visitor
) -> None:
    page = poster_page(hanako)
    token = page.rstrip("/").rpartition("/")[2]
    settle = f"/{town.issuer.code}/pay/settle/"
    with hanging(server, town.resident.wallet_id):
        answer = hanako.post(page, **SCRIPT)
        assert answer.status_code == 503
        assert answer.json()["state"] == "try_again"
        settled = Client().post(settle, {"token": token}, SERVER_NAME="localhost").json()
        assert settled == {"state": "not_paid", "location": ""}
    late = hanako.post(page)
    assert "refused=cancelled" in late["Location"]
    assert held(town) == 1200


def test_settling_is_not_answered_while_the_payment_itself_hangs(
    server: EmbeddedServer, town: Town, hanako: Visitor
) -> None:
    page = poster_page(hanako)
    token = page.rstrip("/").rpartition("/")[2]
    opened = POSTER_TOKENS.open(token)
    assert opened is not None
    settle = f"/{town.issuer.code}/pay/settle/"
    with hanging(server, town.resident.wallet_id), psycopg.connect(server.owner_url) as first:
        first.execute(
            "insert into ledger.request (actor, key, operation, content)"
            " values (%s, %s, 'payment', '')",
            [f"resident:{town.resident.pk}", opened.value.key],
        )
        answer = Client().post(settle, {"token": token}, SERVER_NAME="localhost", **SCRIPT)
        assert (answer.status_code, answer.json()["state"]) == (503, "try_again")
        first.rollback()
    assert "?paid=1" in hanako.post(page)["Location"]


def test_a_press_at_the_till_pays_once_when_the_lock_is_free(
    server: EmbeddedServer, town: Town
) -> None:
    till = Till(town.shop)
    code = code_on(town.device())
    page = till.confirm_page("500", code)
    with hanging(server, town.resident.wallet_id):
        assert "お支払いを確認する" in told(till.post(page))
        scanned = till.ring_up("100", code, **SCRIPT)
        assert scanned.status_code == 503
        assert {"title", "advice", "outcome"} <= scanned.json().keys()
    done = till.post(page)
    assert "?paid=1" in done["Location"]
    assert till.post(page)["Location"] == done["Location"]
    assert held(town) == 700


def test_a_refund_is_made_once_when_the_lock_is_free(
    server: EmbeddedServer, town: Town, hanako: Visitor
) -> None:
    number = hanako.post(poster_page(hanako))["Location"].split("/?")[0].rpartition("/")[2]
    till = Till(town.shop)
    form = {"amount": "500", "reason": "mistake", "note": "", "key": "of-this-refund"}
    page = till.post(f"payments/{number}/refund/", form)["Location"]
    with hanging(server, town.resident.wallet_id):
        assert "返金が完了したかは、まだ確認できていません。" in told(till.post(page))
        assert "画面を開き直す" in told(till.get(page))
    till.post(page)
    till.post(page)
    assert held(town) == 1200


def test_what_waits_for_a_clock_that_was_wrong_is_put_off_in_words(
    server: EmbeddedServer, town: Town, hanako: Visitor
) -> None:
    """The wallet's last entry is of an hour that has not come: nothing can be written to it yet."""
    code, _batch = town.gift()
    page = hanako.post("charge/code/", {"code": code})["Location"]
    with ahead(server, town.resident.wallet_id):
        assert "いまの操作は、まだ終わっていません。" in told(hanako.post(page))
    assert held(town) == 1200
    hanako.post(page)
    assert held(town) == 1200 + 3000


def test_a_gift_is_taken_once_when_the_lock_is_free(
    server: EmbeddedServer, town: Town, hanako: Visitor
) -> None:
    code, _batch = town.gift()
    page = hanako.post("charge/code/", {"code": code})["Location"]
    with hanging(server, town.resident.wallet_id):
        said = told(hanako.post(page))
        assert "いまの操作は、まだ終わっていません。" in said
        assert f'href="{page}"' in said
    hanako.post(page)
    hanako.post(page)
    assert held(town) == 1200 + 3000


def test_other_errors_are_left_to_django(
    monkeypatch: pytest.MonkeyPatch, town: Town, hanako: Visitor
) -> None:
    def broken(*_given: object, **_named: object) -> None:
        raise psycopg.errors.UndefinedTable

    monkeypatch.setattr("hansatsu.web.wallet.views.confirm.pay_at_poster", broken)
    page = poster_page(hanako)
    with pytest.raises(psycopg.errors.UndefinedTable):
        hanako.post(page)
    assert held(town) == 1200
