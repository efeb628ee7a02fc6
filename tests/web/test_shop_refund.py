"""取消 and 返金 at the shop site: once, in words, and by whom it may be done."""

import re
from typing import Any

import pytest
from django.http import HttpResponse

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.payments.refund_intents import REFUND_TOKENS, RefundIntent
from hansatsu.flows.payments.refunds import find_refundable
from hansatsu.ledger import api as ledger
from hansatsu.parties.identity.models import Role
from hansatsu.parties.issuers.models import AuditEntry
from tests.support.clients import words
from tests.support.racing import race
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


def test_no_mail_is_promised_to_who_paid_with_a_card(town: Town, till: Till) -> None:
    _, card = town.card(500)
    answer = till.post(to_confirm(till, town.pay(card, town.shop, 500).number or ""))
    said = words(till.get(answer["Location"]))
    assert "取り消しました" in said
    assert "現金はお渡ししないでください。" in said
    assert "メールでも" not in said


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


class TestTwoTabs:
    """Two confirm pages of one payment, each with a key of its own."""

    def test_the_second_is_told_of_the_first_and_asked_again(
        self, town: Town, number: str, till: Till
    ) -> None:
        first, second = to_confirm(till, number), to_confirm(till, number)
        assert "お返しがありました" not in words(till.get(second))
        done = till.post(first)["Location"]
        before = held(town)
        assert till.post(second, {"left": "500"})["Location"] == second  # as the tab shows it
        assert till.post(second)["Location"] == second  # and without: by its own address
        assert held(town) == before
        page = words(till.get(second))
        assert "この画面を開いたあとに、この決済からお返しがありました。" in page
        assert re.search(r"<li>\d{1,2}:\d\dに200円\(レジ 一郎\)</li>", page)
        assert "お返しできる残りは300円です" in page
        assert "もう一度取り消す" in page
        assert 'name="left" autocomplete="off" value="300"' in page
        again = till.post(second, {"left": "300"})["Location"]
        assert "?done=1" in again
        assert again != done
        assert till.post(second, {"left": "300"})["Location"] == again  # tapped twice
        assert till.get(second)["Location"] == again
        assert till.post(first)["Location"] == done
        assert held(town) == {town.all_shops.pk: 200, town.small_shops.pk: 1000}
        assert AuditEntry.objects.filter(issuer=town.issuer, act="refund").count() == 2

    def test_a_form_of_before_the_first_refund_is_told_too(
        self, town: Town, number: str, till: Till
    ) -> None:
        form = FORM | {"key": key_of(till.get(f"payments/{number}/refund/")), "left": "500"}
        town.refund(number, 100)
        confirm = till.post(f"payments/{number}/refund/", form)["Location"]
        page = words(till.get(confirm, HTTP_ACCEPT_LANGUAGE="en"))
        assert "100円(事務局)" in page
        assert "お返しできる残りは400円です" in page
        assert "?done=1" in till.post(confirm, {"left": "400"})["Location"]

    def test_what_cannot_be_given_back_any_more_names_who_did(
        self, town: Town, number: str, till: Till
    ) -> None:
        first, second = (to_confirm(till, number, amount="400") for _ in range(2))
        till.post(first)
        before = held(town)
        answer = till.post(second, {"left": "500"})
        assert "refused=refund_exceeds_payment" in answer["Location"]
        page = words(till.get(answer["Location"]))
        assert "400円(レジ 一郎)" in page
        assert "data-pay" not in page
        assert held(town) == before

    def test_a_page_of_the_version_before_refunds_as_it_did(
        self, town: Town, number: str, till: Till
    ) -> None:
        intent = RefundIntent(till.staff.pk, town.shop.pk, number, 200, "誤り", "k" * 22)
        confirm = f"/shop/refund/{REFUND_TOKENS.seal(intent)}/"
        assert "お返しがありました" not in words(till.get(confirm))
        town.refund(number, 100)
        assert "?done=1" in till.post(confirm)["Location"]


def test_of_two_tabs_at_once_one_refunds(
    town: Town, number: str, till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    def press_both() -> list[bool]:
        confirms = [to_confirm(till, number, amount="100") for _ in range(2)]
        answers = race(lambda place: till.post(confirms[place]), callers=2)
        return sorted("?done=1" in answer["Location"] for answer in answers)

    with monkeypatch.context() as unguarded:
        seen = find_refundable(town.shop, number)
        assert seen is not None
        unguarded.setattr(
            "hansatsu.flows.payments.refund_intents._left_before", lambda *_: seen.left
        )
        assert press_both() == [True, True]
    assert held(town) == {town.small_shops.pk: 1000}
    assert press_both() == [False, True]
    assert held(town) == {town.all_shops.pk: 100, town.small_shops.pk: 1000}


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
