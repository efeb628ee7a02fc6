"""The outcomes of an order at a till are those of what decides it."""

from typing import get_args

from hansatsu.flows.payments.code_validity import Verdict
from hansatsu.flows.payments.models import Play
from hansatsu.flows.payments.pos.paying import OrderRefusal, OrderResult
from hansatsu.flows.payments.pos.practice_outcomes import PlayName
from hansatsu.ledger.api import PaymentResult


def test_an_order_ends_as_the_ledger_or_the_code_says() -> None:
    paid = {"paid", "replayed"}
    refusals = set(get_args(PaymentResult)) - paid - {"unknown"} | set(get_args(Verdict)) - {"ok"}
    assert set(get_args(OrderRefusal)) == refusals
    assert set(get_args(OrderResult)) == refusals | paid | {"asked_too_often", "too_many"}


def test_plays_have_the_names_that_are_stored() -> None:
    assert set(get_args(PlayName)) == set(Play.values)
