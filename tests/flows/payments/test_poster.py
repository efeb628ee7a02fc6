"""Paying at a poster: once for a key, and settled for good when nobody heard the answer."""

import pytest

from hansatsu.flows.payments.poster import Standing, pay_at_poster, settle, standing
from hansatsu.flows.payments.poster_intents import (
    POSTER_TOKENS,
    Intent,
    make_intent,
)
from hansatsu.parties.wallets.selectors import total_balance
from tests.town import Town, make_town


@pytest.fixture
def town() -> Town:
    town = make_town()
    town.charge(town.resident, town.all_shops, 1000)
    return town


def intent(town: Town, amount: int = 300, key: str = "key") -> Intent:
    return make_intent(town.resident, town.shop, amount, key)


def held(town: Town) -> int:
    return total_balance(town.issuer, town.resident.wallet_id)


def test_a_payment_is_made_once_for_its_key(town: Town) -> None:
    first = pay_at_poster(town.resident, intent(town))
    again = pay_at_poster(town.resident, intent(town))
    assert (first.outcome, again.outcome) == ("paid", "replayed")
    assert first.number == again.number
    assert held(town) == 700


def test_a_key_with_another_amount_is_a_conflict_and_says_what_was_paid(town: Town) -> None:
    made = pay_at_poster(town.resident, intent(town))
    other = intent(town, amount=400)
    assert pay_at_poster(town.resident, other).outcome == "key_conflict"
    assert standing(town.resident, other) == Standing("paid", made.number or "", False)
    assert held(town) == 700


def test_settling_an_unpaid_intent_ends_it(town: Town) -> None:
    assert standing(town.resident, intent(town)) == Standing("open")
    assert settle(town.resident, intent(town)) == Standing("cancelled")
    assert pay_at_poster(town.resident, intent(town)).outcome == "cancelled"
    assert standing(town.resident, intent(town)) == Standing("cancelled")
    assert held(town) == 1000


def test_settling_a_paid_intent_changes_nothing(town: Town) -> None:
    made = pay_at_poster(town.resident, intent(town))
    assert settle(town.resident, intent(town)) == Standing("paid", made.number or "")
    assert held(town) == 700


def test_a_refusal_leaves_the_key_free(town: Town) -> None:
    short = intent(town, amount=1001)
    assert pay_at_poster(town.resident, short).outcome == "insufficient"
    assert standing(town.resident, short) == Standing("open")
    town.charge(town.resident, town.all_shops, 1)
    assert pay_at_poster(town.resident, short).outcome == "paid"


def test_an_intent_is_sealed(town: Town) -> None:
    token = POSTER_TOKENS.seal(intent(town))
    opened = POSTER_TOKENS.open(token)
    assert opened is not None
    assert (opened.value, opened.is_fresh()) == (intent(town), True)
    assert POSTER_TOKENS.open(token[:-1]) is None
    assert POSTER_TOKENS.open("nonsense") is None
