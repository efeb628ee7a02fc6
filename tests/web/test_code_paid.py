"""決済完了画面: the sign that the shop shows too, and nothing fresh about an old payment."""

import re
from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.payments.paid_sign import Sign, sign_of
from hansatsu.ledger import api as ledger
from hansatsu.parties import clock
from tests.support.at_the_till import pay_by_code
from tests.support.clients import Visitor, words
from tests.town import Town, make_town
from tests.web.test_code import shown


@pytest.fixture
def town() -> Town:
    town = make_town()
    town.charge(town.resident, town.all_shops, 1200)
    return town


def sign_on(page: str) -> str:
    """The class of the sign and its word."""
    sign = r'class="sign (sign--\w+)".*?class="sign__word"[^>]*>([^<]+)<'
    found = re.search(sign, page, re.DOTALL)
    return f"{found[1]} {found[2]}" if found else ""


def as_shown(sign: Sign) -> str:
    return f"sign--{sign.colour} {sign.word}"


def pay_and_hear(town: Town, hanako: Visitor) -> ledger.PaymentOutcome:
    """hanako's code is paid with, and her page hears of it."""
    outcome = pay_by_code(town, shown(hanako), 100)
    assert str(outcome.number) in words(hanako.get("code.json?spent=-1"))
    return outcome


def pay_at_the_poster(town: Town, hanako: Visitor) -> ledger.PaymentOutcome:
    confirm = hanako.post("pay/S0001", {"amount": "120", "key": "a-key-of-this-form"})["Location"]
    number = hanako.post(confirm)["Location"].removesuffix("/?paid=1").rpartition("/")[2]
    found = ledger.payment_by_number(ledger_connection(), town.issuer.pk, number)
    assert found is not None
    return ledger.PaymentOutcome(
        "paid", found.wallet_id, found.seq, number, found.at, 120, (), None, None
    )


@pytest.mark.parametrize("pay", [pay_and_hear, pay_at_the_poster])
def test_either_way_of_paying_shows_the_shops_sign_of_its_minute(
    town: Town, hanako: Visitor, pay: Callable[[Town, Visitor], ledger.PaymentOutcome]
) -> None:
    outcome = pay(town, hanako)
    assert outcome.at is not None
    for _ in range(2):  # a reload is no other payment
        page = words(hanako.get(f"payments/{outcome.number}/?paid=1"))
        assert sign_on(page) == as_shown(sign_of(town.shop.pk, outcome.at))
        assert "この合言葉がお店の画面と同じかご確認ください" in page
        assert "data-clock" in page


def test_the_sign_stays_that_of_the_payment(
    town: Town, hanako: Visitor, clock_connection: psycopg.Connection
) -> None:
    number = pay_and_hear(town, hanako).number
    first = sign_on(words(hanako.get(f"payments/{number}/?paid=1")))
    ledger.set_clock(clock_connection, clock.now() + timedelta(seconds=80))
    assert sign_on(words(hanako.get(f"payments/{number}/?paid=1"))) == first


def test_only_the_browser_that_paid_turns_green(town: Town, hanako: Visitor) -> None:
    number = pay_at_the_poster(town, hanako).number
    elsewhere = Visitor.logged_in(town.resident)
    page = words(elsewhere.get(f"payments/{number}/?paid=1"))
    assert "page--paid" not in page
    assert sign_on(page) == ""
    assert "page--paid" in words(hanako.get(f"payments/{number}/?paid=1"))


def test_an_earlier_payment_is_no_news_after_another(town: Town, hanako: Visitor) -> None:
    first = pay_at_the_poster(town, hanako).number
    second = pay_and_hear(town, hanako).number
    assert "page--paid" in words(hanako.get(f"payments/{second}/?paid=1"))
    assert "page--paid" not in words(hanako.get(f"payments/{first}/?paid=1"))


def test_an_old_payment_and_one_opened_from_history_look_like_receipts(
    town: Town, hanako: Visitor, clock_connection: psycopg.Connection
) -> None:
    number = pay_and_hear(town, hanako).number
    opened = words(hanako.get(f"payments/{number}/"))
    ledger.set_clock(clock_connection, clock.now() + timedelta(seconds=95))
    old = words(hanako.get(f"payments/{number}/?paid=1"))
    for page in (opened, old):
        assert "page--paid" not in page
        assert "data-clock" not in page
        assert "お支払いの控えです。お会計のときの確認には使えません。" in page
        assert sign_on(page) == ""


def test_english_keeps_the_word_that_the_cashier_sees(town: Town, hanako: Visitor) -> None:
    outcome = pay_and_hear(town, hanako)
    assert outcome.at is not None
    sign = sign_of(town.shop.pk, outcome.at)
    page = words(hanako.get(f"payments/{outcome.number}/?paid=1&languageCd=en"))
    assert sign.word in page
    assert sign.word_en in page
