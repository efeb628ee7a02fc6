"""決済完了画面: the sign that the shop shows too, and nothing fresh about an old payment."""

import re
from datetime import timedelta

import psycopg
import pytest

from hansatsu.issuers import clock
from hansatsu.ledger import api as ledger
from hansatsu.payments.sign import Sign, sign_of
from tests.support.at_the_till import pay_by_code
from tests.support.clients import Visitor, words
from tests.town import Town, make_town
from tests.web.test_code import shown


@pytest.fixture
def town() -> Town:
    town = make_town()
    town.charge(town.resident, town.all_shops, 1200)
    return town


@pytest.fixture
def hanako(town: Town) -> Visitor:
    return Visitor.logged_in(town.resident)


def sign_on(page: str) -> str:
    """The class of the sign and its word."""
    found = re.search(r'class="sign (sign--\w+)".*?class="sign__word"[^>]*>([^<]+)<', page)
    return f"{found[1]} {found[2]}" if found else ""


def as_shown(sign: Sign) -> str:
    return f"sign--{sign.colour} {sign.word}"


def test_either_way_of_paying_shows_the_shops_sign_of_its_minute(
    town: Town, hanako: Visitor
) -> None:
    for outcome in (
        pay_by_code(town, shown(hanako), 100),
        town.pay(town.resident, town.shop, 100),
    ):
        assert outcome.at is not None
        page = words(hanako.get(f"payments/{outcome.number}/?paid=1"))
        assert sign_on(page) == as_shown(sign_of(town.shop.pk, outcome.at))
        assert "この合言葉がお店の画面と同じかご確認ください" in page
        assert "data-clock" in page


def test_the_sign_stays_that_of_the_payment(
    town: Town, hanako: Visitor, clock_connection: psycopg.Connection
) -> None:
    number = pay_by_code(town, shown(hanako), 100).number
    first = sign_on(words(hanako.get(f"payments/{number}/?paid=1")))
    ledger.set_clock(clock_connection, clock.now() + timedelta(minutes=5))
    assert sign_on(words(hanako.get(f"payments/{number}/?paid=1"))) == first


def test_an_old_payment_and_one_opened_from_history_look_like_receipts(
    town: Town, hanako: Visitor, clock_connection: psycopg.Connection
) -> None:
    number = pay_by_code(town, shown(hanako), 100).number
    opened = words(hanako.get(f"payments/{number}/"))
    ledger.set_clock(clock_connection, clock.now() + timedelta(minutes=10))
    old = words(hanako.get(f"payments/{number}/?paid=1"))
    for page in (opened, old):
        assert "page--paid" not in page
        assert "data-clock" not in page
        assert sign_on(page) == ""


def test_english_keeps_the_word_that_the_cashier_sees(town: Town, hanako: Visitor) -> None:
    outcome = pay_by_code(town, shown(hanako), 100)
    assert outcome.at is not None
    sign = sign_of(town.shop.pk, outcome.at)
    page = words(hanako.get(f"payments/{outcome.number}/?paid=1&languageCd=en"))
    assert sign.word in page
    assert sign.word_en in page
