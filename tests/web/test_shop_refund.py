"""取消 and 返金 at the shop site: once, in words, and by whom it may be done."""

import re
from typing import Any

import pytest
from django.http import HttpResponse

from hansatsu.database.connections import ledger_connection
from hansatsu.ledger import api as ledger
from hansatsu.parties.identity.models import Role
from hansatsu.parties.issuers.models import AuditEntry
from tests.support.clients import words
from tests.support.tills import Till, hire
from tests.town import Town, make_town

FORM = {"amount": "200", "reason": "mistake", "note": ""}


@pytest.fixture
def town() -> Town:
    town = make_town()
    town.charge(town.resident, town.all_shops, 300)
    town.charge(town.resident, town.small_shops, 1000)
    return town


@pytest.fixture
def number(town: Town) -> str:
    return town.pay(town.resident, town.shop, 500).number or ""


def held(town: Town) -> dict[int, int]:
    of = (town.issuer.pk, town.resident.wallet_id)
    return {each.emoney_id: each.amount for each in ledger.balances(ledger_connection(), *of)}


def key_of(page: HttpResponse) -> str:
    found = re.search(r'name="key" autocomplete="off" value="([^"]+)"', words(page))
    assert found is not None
    return found[1]


def to_confirm(till: Till, number: str, **form: str) -> str:
    page = till.get(f"payments/{number}/refund/")
    answer = till.post(f"payments/{number}/refund/", FORM | {"key": key_of(page)} | form)
    assert answer.status_code == 303, words(answer)
    return answer["Location"]


def test_200_of_500_go_back_to_the_lot_used_last(town: Town, number: str, till: Till) -> None:
    assert "取消(お返しする)" in words(till.get(f"payments/{number}/"))
    confirm = to_confirm(till, number, note="レジ2")
    page = words(till.get(confirm))
    for said in ("取消の確認", ">200<", "金額の打ち間違い: レジ2", "取り消す"):
        assert said in page
    assert held(town) == {town.small_shops.pk: 800}
    answer = till.post(confirm)
    assert "?done=1" in answer["Location"]
    assert "取り消しました" in words(till.get(answer["Location"]))
    assert held(town) == {town.small_shops.pk: 1000}
    page = words(till.get(f"payments/{number}/"))
    assert "お返しできる残り" in page
    audited = AuditEntry.objects.get(issuer=town.issuer, act="refund")
    assert (audited.actor, audited.subject) == (till.staff.actor, f"payment:{number}")
    assert (audited.reason, audited.after["amount"]) == ("金額の打ち間違い: レジ2", 200)


def test_double_tap_back_reload_and_lost_answer_refund_once(
    town: Town, number: str, till: Till
) -> None:
    confirm = to_confirm(till, number)
    first = till.post(confirm)["Location"]
    assert till.post(confirm)["Location"] == first  # tapped twice
    assert till.get(confirm)["Location"] == first  # reloaded, or back
    json = {"HTTP_ACCEPT": "application/json"}
    assert till.post(confirm, **json).json() == {"state": "done", "location": first}
    token = confirm.rstrip("/").rsplit("/", 1)[1]
    settled = till.post("refund/settle/", {"token": token}).json()
    assert settled == {"state": "done", "location": first}
    assert held(town) == {town.small_shops.pk: 1000}
    assert AuditEntry.objects.filter(issuer=town.issuer, act="refund").count() == 1


def test_another_amount_under_the_same_form_shows_what_was_made(
    town: Town, number: str, till: Till
) -> None:
    page = till.get(f"payments/{number}/refund/")
    form = FORM | {"key": key_of(page)}
    confirm = till.post(f"payments/{number}/refund/", form)["Location"]
    made = till.post(confirm)["Location"]
    other = till.post(f"payments/{number}/refund/", form | {"amount": "100"})["Location"]
    assert till.post(other)["Location"] == made
    assert held(town) == {town.small_shops.pk: 1000}


def test_what_was_settled_as_not_done_never_is(town: Town, number: str, till: Till) -> None:
    confirm = to_confirm(till, number)
    token = confirm.rstrip("/").rsplit("/", 1)[1]
    assert till.post("refund/settle/", {"token": token}).json()["state"] == "not_done"
    before = held(town)
    answer = till.post(confirm)
    assert "refused=cancelled" in answer["Location"]
    assert "この返金は行われていません" in words(till.get(answer["Location"]))
    assert held(town) == before


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"amount": "501"}, "あと500円まで"),
        ({"amount": "0"}, "1円以上"),
        ({"amount": ""}, "金額を入力"),
        ({"amount": "-5"}, "数字だけ"),
        ({"reason": ""}, "理由を選んで"),
        ({"reason": "other"}, "理由を入力"),
    ],
)
def test_a_wrong_form_says_so_and_changes_nothing(
    town: Town, number: str, till: Till, form: dict[str, str], said: str
) -> None:
    before = held(town)
    answer = till.post(f"payments/{number}/refund/", FORM | form)
    assert answer.status_code == 422
    assert said in words(answer)
    assert held(town) == before


def test_what_another_till_refunded_meanwhile_is_told(town: Town, number: str, till: Till) -> None:
    confirm = to_confirm(till, number, amount="400")
    town.refund(number, 200)
    before = held(town)
    page = words(till.get(confirm))
    assert "返せる金額を超えています" in page
    assert "data-pay" not in page
    answer = till.post(confirm)
    assert "refund_exceeds_payment" in answer["Location"]
    assert held(town) == before


def test_a_cashier_of_another_shop_finds_nothing(town: Town, number: str, till: Till) -> None:
    confirm = to_confirm(till, number)
    other = Till(town.large_shop)
    before = held(town)
    for page in (f"payments/{number}/", f"payments/{number}/refund/", confirm):
        assert other.get(page).status_code == 404
    assert other.post(f"payments/{number}/refund/", FORM).status_code == 404
    assert other.post(confirm).status_code == 404
    colleague = Till(town.shop)
    assert colleague.post(confirm).status_code == 404  # another person's confirm page
    assert held(town) == before


def test_yesterdays_is_the_managers(
    town: Town, number: str, till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The payment looks a day old: the day is compared in one place only."""
    confirm = to_confirm(till, number)
    boss = Till(town.shop, hire(town.shop, role=Role.MANAGER))
    monkeypatch.setattr("hansatsu.flows.payments.refunds._day", _every_moment_another_day())
    before = held(town)
    page = words(till.get(f"payments/{number}/refund/"))
    assert "レジ担当では返金できません" in page
    assert 'name="amount"' not in page
    answer = till.post(confirm)
    assert "refused=not_today" in answer["Location"]
    assert "店長にお声がけください" in words(till.get(answer["Location"]))
    assert held(town) == before
    confirm = to_confirm(boss, number)
    assert "返金の確認" in words(boss.get(confirm))
    assert "?done=1" in boss.post(confirm)["Location"]
    assert held(town) == {town.small_shops.pk: 1000}


def _every_moment_another_day() -> Any:
    return lambda moment: moment
