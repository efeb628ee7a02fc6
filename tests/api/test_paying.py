"""Paying over the API: with pay codes and cards, once for each key."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from hansatsu.database.connections import ledger_connection
from hansatsu.ledger import api as ledger
from hansatsu.parties.identity.devices import revoke_device
from hansatsu.parties.shops.api_keys import make_api_key
from hansatsu.parties.wallets.selectors import total_balance
from tests.ledger.books import rows_of
from tests.ledger.test_requests import as_it_always_was
from tests.support.pos import ApiProcesses, Pos, new_key
from tests.support.shown_codes import code_to_show
from tests.support.tills import code_on
from tests.town import Town


def balance(town: Town) -> int:
    """What hanako has."""
    return total_balance(town.issuer, town.resident.wallet_id)


def test_a_pay_code_pays(town: Town, till: Pos) -> None:
    paid = till.pay(code_on(town.device()), 1250, reference="till-7-000123")
    assert paid.status == 201
    told = paid.json
    assert told.keys() == {"id", "status", "amount", "shop", "reference", "paid_at", "uses"}
    assert told["id"].startswith(town.issuer.payment_prefix)
    assert (told["status"], told["amount"], told["shop"]) == ("paid", 1250, "S0001")
    assert told["reference"] == "till-7-000123"
    assert told["paid_at"].endswith("Z")
    ((lot, emoney, amount),) = [each.values() for each in told["uses"]]
    assert (lot[4:8], lot[12:], emoney, amount) == ("****", "****", "全店共通", 1250)
    assert "idempotent-replayed" not in paid.headers
    assert balance(town) == 8750


@pytest.mark.parametrize("revoked", [False, True], ids=["code alive", "code of nobody"])
def test_a_renamed_emoney_has_its_new_name_at_once(town: Town, till: Pos, revoked: bool) -> None:
    device, key = town.device(), new_key()
    code = code_on(device)
    first = till.pay(code, 100, key=key)
    assert [use["emoney"] for use in first.json["uses"]] == ["全店共通"]
    town.all_shops.name = "町じゅう"
    town.all_shops.save()
    if revoked:
        revoke_device(device)
    again = till.pay(code, 100, key=key)
    assert again.headers["idempotent-replayed"] == "true"
    shown = till.call("GET", f"/payments/{first.json['id']}").json
    assert again.json["uses"] == shown["uses"]
    assert [use["emoney"] for use in shown["uses"]] == ["町じゅう"]
    card, _ = town.card(500)
    assert [use["emoney"] for use in till.pay(card, 100).json["uses"]] == ["町じゅう"]


def test_a_card_pays_and_its_shortfall_is_told(town: Town, till: Pos) -> None:
    code, card = town.card(500)
    assert till.pay(f" {code[:4]}-{code[4:].lower()} ", 200, reference=None).status == 201
    before = rows_of(ledger_connection(), card.wallet_id)
    refused = till.pay(code, 301)
    assert (refused.status, refused.code) == (402, "insufficient_value")
    assert refused.json["available"] == 300
    assert rows_of(ledger_connection(), card.wallet_id) == before


def test_what_a_resident_has_is_not_told(town: Town, till: Pos) -> None:
    refused = till.pay(code_on(town.device()), 10_001)
    assert (refused.status, refused.code) == (402, "insufficient_value")
    assert "available" not in refused.json
    assert balance(town) == 10_000


def test_the_same_request_is_answered_with_the_stored_success(town: Town, till: Pos) -> None:
    device = town.device()
    code, key = code_on(device), new_key()
    first = till.pay(code, 300, key=key)
    assert code_to_show(device).digits != code  # it is spent
    again = till.pay(code, 300, key=key)
    assert (again.status, again.data) == (201, first.data)
    assert again.headers["idempotent-replayed"] == "true"
    revoke_device(device)  # nobody's any more
    assert till.pay(code, 300, key=key).data == first.data
    assert balance(town) == 9700


def test_a_retry_is_known_after_a_refund(town: Town, till: Pos) -> None:
    code, key = town.card(1000)[0], new_key()
    first = till.pay(code, 300, key=key)
    assert till.refund(first.json["id"]).status == 201
    assert till.pay(code, 300, key=key).data == first.data


@pytest.mark.parametrize(
    "change", [{"amount": 301}, {"reference": "other"}, {"reference": None}, {"code": "0"}]
)
def test_the_same_key_with_another_body_is_a_conflict(
    town: Town, till: Pos, change: dict[str, object]
) -> None:
    body = {"code": town.card(1000)[0], "amount": 300, "reference": "r"}
    key = new_key()
    assert till.call("POST", "/payments", body, idempotency_key=key).status == 201
    refused = till.call("POST", "/payments", body | change, idempotency_key=key)
    assert (refused.status, refused.code) == (409, "idempotency_key_conflict")


def test_no_reference_is_not_the_reference_none(town: Town, till: Pos) -> None:
    (code, card), key = town.card(1000), new_key()
    assert till.pay(code, 300, key=key, reference=None).status == 201
    assert till.pay(code, 300, key=key, reference="None").code == "idempotency_key_conflict"
    assert till.pay(code, 300, key=key, reference=None).headers["idempotent-replayed"] == "true"
    assert total_balance(town.issuer, card.wallet_id) == 700


def test_a_retry_across_the_upgrade_is_replayed(api: ApiProcesses, town: Town) -> None:
    """Paid by a version that wrote nothing and the text ``None`` alike."""
    terminal = town.terminal()
    till = Pos(api.port, make_api_key(terminal)[0])
    code, card = town.card(1000)
    content = as_it_always_was("pos payment", code, 300, None)
    old = ledger.Payment(
        ledger.Request(terminal.actor, "k-1", content),
        town.issuer.pk,
        town.shop.pk,
        card.wallet_id,
        300,
    )
    paid = ledger.pay(ledger_connection(), old)
    retried = till.pay(code, 300, key="k-1", reference=None)
    assert (retried.status, retried.json["id"]) == (201, paid.number)
    assert retried.headers["idempotent-replayed"] == "true"


def test_a_refusal_is_not_stored(town: Town, till: Pos) -> None:
    (code, card), key = town.card(100), new_key()
    assert till.pay(code, 300, key=key).code == "insufficient_value"
    town.charge(card, town.all_shops, 500)
    assert till.pay(code, 300, key=key).status == 201


def test_keys_are_each_terminals_own(town: Town, till: Pos, till_with: Callable[..., Pos]) -> None:
    code, key = town.card(1000)[0], new_key()
    first = till.pay(code, 300, key=key, reference="of the first till")
    second = till_with("pay").pay(code, 300, key=key)
    assert first.json["id"] != second.json["id"]


def test_a_lost_answer_that_is_retried_twenty_times_at_once_pays_once(
    town: Town, till: Pos
) -> None:
    code, key = code_on(town.device()), new_key()
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: till.pay(code, 700, key=key), range(20)))
    assert {answer.status for answer in answers} == {201}
    assert len({answer.data for answer in answers}) == 1
    assert sum("idempotent-replayed" not in answer.headers for answer in answers) == 1
    assert balance(town) == 9300


def test_one_key_with_two_bodies_at_once_pays_once(town: Town, till: Pos) -> None:
    code, card = town.card(10_000)
    key = new_key()
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda i: till.pay(code, 100 + i % 2, key=key), range(10)))
    paid = {answer.data for answer in answers if answer.status == 201}
    assert len(paid) == 1
    assert {answer.code for answer in answers if answer.status != 201} == {
        "idempotency_key_conflict"
    }
    left = total_balance(town.issuer, card.wallet_id)
    assert left in (9900, 9899)


def test_one_code_at_two_tills_at_once_pays_once(
    town: Town, till: Pos, till_with: Callable[..., Pos]
) -> None:
    code = code_on(town.device())
    tills = [till, till_with("pay")]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda each: each.pay(code, 100), tills))
    assert sorted(answer.status for answer in answers) == [201, 409]
    assert [answer.code for answer in answers if answer.status == 409] == ["code_used"]
    assert balance(town) == 9900
