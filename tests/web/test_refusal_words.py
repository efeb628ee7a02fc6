"""Every outcome that a page can be given has words of its own: nothing comes back without one."""

from dataclasses import replace
from typing import Any, get_args
from urllib.parse import parse_qs, urlsplit

import pytest

from hansatsu.flows.payments import code_validity, refunds, till
from hansatsu.flows.payments.pos.paying import Answer, OrderRefusal
from hansatsu.flows.redemption import offers, redeem
from hansatsu.flows.support.corrections import Refusal
from hansatsu.ledger import api as ledger
from hansatsu.parties import clock
from hansatsu.web.api import payments as api_payments
from hansatsu.web.api import refunds as api_refunds
from hansatsu.web.console.support.correction_words import correction_refusal
from hansatsu.web.shared import refund_words
from hansatsu.web.shop import refusals
from hansatsu.web.wallet import payment_words
from hansatsu.web.wallet.payment_words import payment_refusal
from hansatsu.web.wallet.views import take
from tests.support.clients import Visitor, words
from tests.support.tills import Till, code_on
from tests.town import Town, make_town


def literals(outcome: Any) -> set[str]:
    """The words in a Literal, or in a union of some."""
    found: set[str] = set()
    for each in get_args(outcome):
        found |= {each} if isinstance(each, str) else literals(each)
    return found


@pytest.fixture
def town() -> Town:
    town = make_town()
    town.charge(town.resident, town.all_shops, 1200)
    return town


PAYMENT = literals(ledger.PaymentResult) - {"paid", "replayed"}
REFUND = literals(refunds.Outcome) - {"refunded", "replayed"}
CODE = literals(code_validity.Verdict) - {"ok"}
AT_THE_TILL = literals(till.StoppedAsking)
UNKNOWN = {
    each
    for each in get_args(OrderRefusal)
    if api_payments._problem(each, Answer(each)).code == "unknown_code"
}

TABLES = {
    "at the poster": (payment_words._words, PAYMENT),
    "at the till": (refusals._words, PAYMENT | CODE | AT_THE_TILL),
    "a refund": (refund_words._words, REFUND),
    "API: why unknown": (lambda: api_payments.WHY_UNKNOWN, UNKNOWN - {"unknown_code"}),
    "API: a refund": (lambda: api_refunds.REFUSED, REFUND),
}
"""Tables of words by outcome, with the outcomes that they are of."""


@pytest.mark.parametrize("name", TABLES)
def test_a_table_has_each_of_its_outcomes_and_nothing_more(name: str) -> None:
    table, outcomes = TABLES[name]
    assert set(table()) == outcomes
    assert all(table().values())


def test_what_is_no_refusal_has_no_words_at_the_poster() -> None:
    assert [payment_refusal(each) for each in ("", "paid", "<script>")] == ["", "", ""]


def test_a_refused_correction_has_words() -> None:
    for outcome in literals(Refusal):
        assert bool(correction_refusal(outcome)) == bool(outcome)


def test_a_gift_or_card_that_was_not_taken_has_words() -> None:
    offer = offers.Offer("gift", "open")
    for outcome in literals(redeem.Outcome) - {"done", "taken"}:
        assert take._why_refused(outcome, offer), outcome
    for standing in literals(offers.Standing):
        assert take._why_not(replace(offer, standing=standing, takeable_from=clock.now()))


def test_try_again_at_the_poster_says_so_and_keeps_the_amount(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanako = Visitor.logged_in(town.resident)
    page = hanako.post("pay/S0001", {"amount": "500", "key": "of-this-form"})["Location"]
    refused = _refused("try_again", town)
    with monkeypatch.context() as patch:
        patch.setattr("hansatsu.web.wallet.views.confirm.pay_at_poster", refused)
        back = hanako.post(page)["Location"]
    assert parse_qs(urlsplit(back).query) == {"refused": ["try_again"]}
    said = words(hanako.get(back))
    assert "お支払いは完了していません。残高は減っていません。" in said
    assert payment_refusal("try_again") in said
    assert "500" in said
    assert "?paid=1" in hanako.post(page)["Location"]


def test_try_again_at_the_till_says_so(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    counter = Till(town.shop)
    page = counter.confirm_page("500", code_on(town.device()))
    with monkeypatch.context() as patch:
        patch.setattr("hansatsu.web.shop.views.confirm.pay_at_till", _refused("try_again", town))
        back = counter.post(page)["Location"]
    assert "少し待ってから、もう一度読み取ってください。" in words(counter.get(back))
    assert "?paid=1" in counter.post(page)["Location"]


def _refused(outcome: str, town: Town) -> Any:
    made = ledger.PaymentOutcome(
        outcome, town.resident.wallet_id, None, None, None, 500, (), None, None
    )
    return lambda *_given, **_named: made
