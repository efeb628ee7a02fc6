"""A till that lost an answer and takes a new key: the sale is paid once all the same."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from hansatsu.database.connections import ledger_connection
from hansatsu.parties.shops.api_keys import make_api_key
from hansatsu.parties.shops.models import Terminal
from hansatsu.parties.wallets.selectors import total_balance
from tests.ledger.books import rows_of
from tests.support.pos import ApiProcesses, Pos
from tests.support.tills import Till, code_on, hire
from tests.support.waiting import wait_until
from tests.town import Town

SALE = "till-7-000123"


def test_a_new_key_pays_the_same_sale_no_more(town: Town, till: Pos) -> None:
    code, card = town.card(1000)
    first = till.pay(code, 300, reference=SALE).json["id"]
    before = rows_of(ledger_connection(), card.wallet_id)
    again = till.pay(code, 300, reference=SALE)
    assert (again.status, again.code) == (409, "duplicate_reference")
    assert again.json["payment"] == first
    assert rows_of(ledger_connection(), card.wallet_id) == before


@pytest.mark.parametrize("is_spent", [True, False])
def test_with_the_code_that_was_spent_or_with_the_next(
    town: Town, till: Pos, is_spent: bool
) -> None:
    device = town.device()
    code = code_on(device)
    first = till.pay(code, 300, reference=SALE).json["id"]
    again = till.pay(code if is_spent else code_on(device), 300, reference=SALE)
    assert (again.code, again.json["payment"]) == ("duplicate_reference", first)
    if is_spent:  # another sale, which this code has not paid
        assert till.pay(code, 300, reference="till-7-000124").code == "code_used"
    assert total_balance(town.issuer, town.resident.wallet_id) == 9700


def test_its_key_is_answered_before(town: Town, till: Pos) -> None:
    code = town.card(1000)[0]
    first = till.pay(code, 300, reference=SALE, key="k")
    assert till.pay(code, 300, reference=SALE, key="k").data == first.data
    assert till.pay(code, 301, reference=SALE, key="k").code == "idempotency_key_conflict"


def test_what_is_another_sale(town: Town, till: Pos) -> None:
    code = town.card(5000)[0]
    assert till.pay(code, 300, reference=SALE).status == 201
    for amount, reference in ((301, SALE), (300, "till-7-000124"), (300, None), (300, None)):
        assert till.pay(code, amount, reference=reference).status == 201
    assert till.pay(town.card(300)[0], 300, reference=SALE).status == 201


def test_what_was_given_back_may_be_paid_again(town: Town, till: Pos) -> None:
    code = town.card(1000)[0]
    first = till.pay(code, 300, reference=SALE).json["id"]
    assert till.refund(first).status == 201
    assert till.pay(code, 300, reference=SALE).status == 201


def test_twice_at_once_with_two_keys(town: Town, till: Pos) -> None:
    code, card = town.card(1000)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: till.pay(code, 200, reference=SALE), range(4)))
    assert sorted(answer.status for answer in answers) == [201, 409, 409, 409]
    assert total_balance(town.issuer, card.wallet_id) == 800


def test_a_manager_switches_it_off_for_one_terminal(api: ApiProcesses, town: Town) -> None:
    """A till whose references are no numbers of sales; the switch is on by default."""
    terminal = town.terminal()
    Terminal.objects.filter(pk=terminal.pk).update(kind="pos")
    till = Pos(api.port, make_api_key(terminal)[0])
    boss = Till(town.shop, hire(town.shop, role="manager"))
    code = town.card(5000)[0]
    assert till.pay(code, 100, reference=SALE).status == 201
    assert till.pay(code, 100, reference=SALE).status == 409
    assert 'name="reference_once" checked' in boss.get(f"terminals/{terminal.pk}/").content.decode()
    boss.post(f"terminals/{terminal.pk}/reference/", {})
    wait_until(lambda: till.pay(code, 100, reference=SALE).status == 201, what="the switch")
    shown = boss.get(f"terminals/{terminal.pk}/").content.decode()
    assert 'name="reference_once">' in shown
    boss.post(f"terminals/{terminal.pk}/reference/", {"reference_once": "on"})
    wait_until(lambda: till.pay(code, 100, reference=SALE).status == 409, what="the switch")
    record = boss.get("audit/").content.decode()
    assert "同じ会計の二重決済を断る設定の変更" in record
    assert "あり → なし" in record


def test_a_browser_has_no_such_switch(town: Town) -> None:
    boss = Till(town.shop, hire(town.shop, role="manager"))
    assert "reference_once" not in boss.get(f"terminals/{boss.terminal.pk}/").content.decode()
    refused = boss.post(f"terminals/{boss.terminal.pk}/reference/", {})
    assert refused.status_code == 404
    assert Terminal.objects.get(pk=boss.terminal.pk).reference_once
