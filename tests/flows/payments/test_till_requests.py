"""An amount that a till asks for: paid once, by one, exactly; seen by that till alone."""

from collections import Counter

import pytest

from hansatsu.flows.payments.poster import pay_at_poster, settle, standing
from hansatsu.flows.payments.poster_intents import (
    POSTER_TOKENS,
    Intent,
    make_requested_intent,
)
from hansatsu.flows.payments.till_requests import (
    REQUEST_TOKENS,
    Requested,
    ask_for,
    is_askable,
    standing_of_requested,
    withdraw,
)
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.shops.models import Terminal
from hansatsu.parties.wallets.selectors import total_balance
from tests.support.racing import CALLERS, race
from tests.town import Town, make_town


@pytest.fixture
def town() -> Town:
    town = make_town()
    town.charge(town.resident, town.all_shops, 1000)
    return town


@pytest.fixture
def terminal(town: Town) -> Terminal:
    return town.terminal()


def held(town: Town, resident: Resident | None = None) -> int:
    return total_balance(town.issuer, (resident or town.resident).wallet_id)


def test_the_till_sees_that_what_it_asked_for_was_paid(town: Town, terminal: Terminal) -> None:
    asked = ask_for(terminal, 400)
    assert standing_of_requested(asked, town.shop).state == "open"
    intent = make_requested_intent(town.resident, asked)
    opened = POSTER_TOKENS.open(POSTER_TOKENS.seal(intent))
    assert opened is not None
    assert opened.value == intent
    outcome = pay_at_poster(town.resident, intent)
    assert outcome.outcome == "paid"
    found = standing_of_requested(asked, town.shop)
    assert (found.state, found.number, found.as_intended) == ("paid", outcome.number, True)
    assert standing(town.resident, intent).number == outcome.number
    assert pay_at_poster(town.resident, intent).outcome == "replayed"
    assert held(town) == 600


def test_another_payment_at_the_same_shop_is_not_taken_for_it(
    town: Town, terminal: Terminal
) -> None:
    asked, other = ask_for(terminal, 400), ask_for(terminal, 400)
    pay_at_poster(town.resident, make_requested_intent(town.resident, other))
    pay_at_poster(town.resident, Intent(town.resident.pk, town.shop.pk, 400, "a-key-of-my-own"))
    assert standing_of_requested(asked, town.shop).state == "open"


def test_one_of_many_customers_pays_and_the_others_are_told(town: Town, terminal: Terminal) -> None:
    residents = [town.add_resident(f"r{place}") for place in range(CALLERS)]
    for resident in residents:
        town.charge(resident, town.all_shops, 1000)
    asked = ask_for(terminal, 400)
    intents = [make_requested_intent(each, asked) for each in residents]
    outcomes = race(lambda place: pay_at_poster(residents[place], intents[place]).outcome)
    assert Counter(outcomes) == {"paid": 1, "key_conflict": CALLERS - 1}
    assert sum(held(town, each) for each in residents) == CALLERS * 1000 - 400
    states = [settle(each, intent).state for each, intent in zip(residents, intents, strict=True)]
    assert Counter(states) == {"paid": 1, "taken": CALLERS - 1}
    assert {each.number for each in map(standing, residents, intents) if each.state != "paid"} == {
        ""
    }


def test_what_was_withdrawn_cannot_be_paid(town: Town, terminal: Terminal) -> None:
    asked = ask_for(terminal, 400)
    intent = make_requested_intent(town.resident, asked)
    assert withdraw(asked, town.shop).state == "cancelled"
    assert pay_at_poster(town.resident, intent).outcome == "cancelled"
    assert standing(town.resident, intent).state == "cancelled"
    assert held(town) == 1000


def test_withdrawing_races_paying_and_both_sides_are_told_the_same(
    town: Town, terminal: Terminal
) -> None:
    for amount in range(100, 106):  # an equal one would be asked about
        asked = ask_for(terminal, amount)
        before = held(town)
        intent = make_requested_intent(town.resident, asked)

        def act(place: int, asked: Requested = asked, intent: Intent = intent) -> str:
            if place:
                return withdraw(asked, town.shop).state
            return pay_at_poster(town.resident, intent).outcome

        outcomes = tuple(race(act, 2))
        assert outcomes in {("paid", "paid"), ("cancelled", "cancelled")}
        assert before - held(town) == (amount if outcomes[0] == "paid" else 0)


def test_a_changed_amount_is_no_request_of_ours(town: Town, terminal: Terminal) -> None:
    asked = ask_for(terminal, 400)
    token = REQUEST_TOKENS.seal(asked)
    opened = REQUEST_TOKENS.open(token)
    assert opened is not None
    assert opened.value == asked
    values, _, signature = token.partition(":")
    cheaper = REQUEST_TOKENS.seal(ask_for(terminal, 4)).partition(":")[0]
    assert REQUEST_TOKENS.open(f"{cheaper}:{signature}") is None
    assert REQUEST_TOKENS.open(values) is None
    assert len(token) < 130  # the QR code stays coarse


def test_a_revoked_terminal_and_another_shop_ask_for_nothing(
    town: Town, terminal: Terminal
) -> None:
    opened = REQUEST_TOKENS.open(REQUEST_TOKENS.seal(ask_for(terminal, 400)))
    assert opened is not None
    assert is_askable(opened, town.shop)
    assert not is_askable(opened, town.large_shop)
    Terminal.objects.filter(pk=terminal.pk).update(revoked_at=terminal.created_at)
    assert not is_askable(opened, town.shop)
