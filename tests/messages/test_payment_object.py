"""A payment as tills are told of it."""

import re
import secrets

from hansatsu.database.connections import ledger_connection
from hansatsu.ledger import api as ledger
from hansatsu.messages.payment_object import payment_told, payments_told
from hansatsu.messages.till_note import read_reference, write_reference
from tests.town import Town, make_town

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


def pay_with_reference(town: Town, amount: int, reference: str) -> str:
    payment = ledger.Payment(
        ledger.Request.of("test", secrets.token_hex(8), amount),
        town.issuer.pk,
        town.shop.pk,
        town.resident.wallet_id,
        amount,
        reference=write_reference(reference),
    )
    outcome = ledger.pay(ledger_connection(), payment)
    assert outcome.number is not None, outcome
    return outcome.number


def test_a_payment_is_told_with_its_lots_and_reference() -> None:
    town = make_town()
    town.charge(town.resident, town.small_shops, 300)
    town.charge(town.resident, town.all_shops, 1000)
    number = pay_with_reference(town, 500, '{"reference": "till-7"}')
    told = payment_told(town.shop, number)
    assert told is not None
    assert MOMENT.fullmatch(told["paid_at"])
    assert [(use["emoney"], use["amount"]) for use in told["uses"]] == [
        ("中小店舗限定", 300),
        ("全店共通", 200),
    ]
    assert all(re.fullmatch(r"\w{4}\*{4}\w{4}\*{4}", use["lot"]) for use in told["uses"])
    rest = {name: value for name, value in told.items() if name not in {"uses", "paid_at"}}
    assert rest == {
        "id": number,
        "status": "paid",
        "amount": 500,
        "shop": "S0001",
        "reference": '{"reference": "till-7"}',
        "refunds": [],
        "refundable": 500,
    }


def test_refunds_are_told_with_it_and_end_it() -> None:
    town = make_town()
    town.charge(town.resident, town.all_shops, 1000)
    number = pay_with_reference(town, 500, "till-7")
    first = town.refund(number, 200)
    told = payment_told(town.shop, number)
    assert told is not None
    assert (told["status"], told["refundable"], told["amount"]) == ("paid", 300, 500)
    (refund,) = told["refunds"]
    assert (refund["id"], refund["payment"], refund["amount"]) == (first.number, number, 200)
    assert refund["restores"] == [{**told["uses"][0], "amount": 200}]
    assert refund["expired"] == 0
    town.refund(number)
    told = payment_told(town.shop, number)
    assert told is not None
    assert (told["status"], told["refundable"], len(told["refunds"])) == ("refunded", 0, 2)


def test_only_its_own_shop_is_told_and_only_of_payments() -> None:
    town, other = make_town(), make_town()
    town.charge(town.resident, town.all_shops, 1000)
    number = town.pay(town.resident, town.shop, 500).number
    refund = town.refund(number)
    assert number is not None
    assert refund.number is not None
    assert payment_told(town.shop, number) is not None
    assert payment_told(town.large_shop, number) is None
    assert payment_told(other.shop, number) is None
    assert payment_told(town.shop, refund.number) is None
    assert payment_told(town.shop, "x" * 33) is None


def test_many_are_told_together_as_each_alone() -> None:
    town, other = make_town(), make_town()
    asked = []
    for each in (town, other):
        each.charge(each.resident, each.all_shops, 1000)
        numbers = [pay_with_reference(each, amount, f"till-{amount}") for amount in (100, 200)]
        asked += [(each.shop, number) for number in numbers]
        each.refund(numbers[0], 30)
        each.refund(numbers[0])
        refund = each.refund(numbers[1], 50).number or ""
        asked += [(each.large_shop, numbers[0]), (each.shop, refund), (each.shop, "x" * 33)]
    told = payments_told(asked)
    alone = {(shop.pk, number): payment_told(shop, number) for shop, number in asked}
    assert told == {key: payment for key, payment in alone.items() if payment is not None}
    assert len(told) == 4
    assert [len(each["refunds"]) for each in told.values()] == [2, 1, 2, 1]
    assert payments_told([]) == {}


def test_a_payment_without_a_reference_has_none() -> None:
    assert read_reference(write_reference(None)) is None
    assert read_reference('{"staff": 3}') is None
    assert read_reference(None) is None
