"""The steps of a payment at a till, without a browser: refusals, repeats, cards, other tenants."""

import json
from datetime import timedelta

import psycopg
import pytest
from django.http import HttpResponse

from hansatsu.flows.payments.paid_sign import sign_of
from hansatsu.flows.payments.takings import takings_of_day
from hansatsu.flows.payments.till import LIFETIME
from hansatsu.formats.qr.bearer_code import new_code as new_bearer_code
from hansatsu.ledger.api import Limits
from hansatsu.parties import clock
from hansatsu.parties.cards.stopping import reissue_card
from hansatsu.parties.identity.devices import revoke_device
from hansatsu.parties.wallets.selectors import total_balance
from tests.support.clients import words
from tests.support.sealed import let_tokens_grow_old
from tests.support.shown_codes import code_to_show
from tests.support.tills import Till, code_on, hire, wrong
from tests.town import Town, make_town

SCRIPT = {"accept": "application/json"}


@pytest.fixture
def town() -> Town:
    town = make_town(limits=Limits(per_payment=1500))
    town.charge(town.resident, town.all_shops, 1200)
    town.charge(town.resident, town.small_shops, 800)
    town.resident.nickname = "はなちゃん"
    town.resident.save()
    return town


@pytest.fixture
def code(town: Town) -> str:
    return code_on(town.device())


def held(town: Town) -> int:
    return total_balance(town.issuer, town.resident.wallet_id)


def taken(town: Town) -> int:
    return takings_of_day(town.shop).total


def number_in(answer: HttpResponse) -> str:
    return answer["Location"].removesuffix("/?paid=1").rpartition("/")[2]


def test_a_payment_from_amount_to_completion(town: Town, till: Till, code: str) -> None:
    page = till.confirm_page("１,２８０円", code)
    shown = words(till.get(page))
    assert "1,280" in shown
    assert "「は…」様" in shown
    assert "決済する" in shown
    assert "小山" not in shown.replace("小山市共通商品券", "").replace(
        'aria-hidden="true">小山<', ""
    )
    done = till.post(page)
    assert done["Location"].endswith("/?paid=1")
    complete = words(till.get(done["Location"]))
    assert "決済完了" in complete
    assert "page--paid" in complete
    assert "1,280" in complete
    row = takings_of_day(town.shop).rows[0]
    assert row.word in complete
    assert f"sign--{sign_of(town.shop.pk, row.at).colour}" in complete
    assert (held(town), taken(town)) == (720, 1280)


def test_no_page_of_the_shop_tells_what_a_resident_holds(town: Town, till: Till, code: str) -> None:
    page = till.confirm_page("500", code)
    told = words(till.get(page))
    done = till.post(page)
    told += words(till.get(done["Location"])) + words(till.get(f"payments/{number_in(done)}/"))
    told += words(till.get("")) + words(till.get("today/"))
    for secret in ["2,000", "1,500", "1,200", "花子", "hanako"]:
        assert secret not in told


@pytest.mark.parametrize("amount", ["", "abc", "0", "-1", "1.5", "9" * 400, "\0"])
def test_a_wrong_amount_is_told_and_kept_and_reads_no_code(
    town: Town, till: Till, amount: str
) -> None:
    for _ in range(11):
        answer = till.ring_up(amount, "9" * 20)
    assert answer.status_code == 422
    assert "金額" in words(answer)
    assert "一時停止" not in words(answer)


def test_a_missing_code_keeps_the_amount(till: Till) -> None:
    shown = words(till.ring_up("1280", ""))
    assert "お客様のコードを入力してください" in shown
    assert 'value="1280"' in shown


def test_back_reload_double_tap_and_a_second_tab_are_one_payment(
    town: Town, till: Till, code: str
) -> None:
    page = till.confirm_page("500", code, "a-key-of-this-form")
    tab = till.confirm_page("500", code, "a-key-of-this-form")
    first = till.post(page)
    for again in [till.post(page), till.get(page), till.post(tab), till.get(tab)]:
        assert again["Location"] == first["Location"]
    assert (held(town), taken(town)) == (1500, 500)


def test_another_amount_on_the_same_till_page_is_told_as_paid_already(
    town: Town, till: Till
) -> None:
    phone = town.device()
    number = number_in(till.post(till.confirm_page("500", code_on(phone), "a-key-of-this-form")))
    other = till.confirm_page("400", code_on(phone), "a-key-of-this-form")
    told = words(till.get(till.post(other)["Location"]))
    assert "別の金額で決済が完了しています" in told
    assert number in told
    assert held(town) == 1500


def test_the_next_customer_on_an_old_till_page_pays_for_themselves(
    town: Town, till: Till, code: str
) -> None:
    taro = town.add_resident("taro")
    town.charge(taro, town.all_shops, 600)
    first = till.post(till.confirm_page("500", code, "a-key-of-this-form"))
    second = till.post(till.confirm_page("500", code_on(town.device(taro)), "a-key-of-this-form"))
    assert first["Location"] != second["Location"]
    assert taken(town) == 1000


def test_a_code_is_spent_once(town: Town, till: Till, code: str) -> None:
    till.post(till.confirm_page("500", code))
    shown = words(till.ring_up("500", code))
    assert "このコードは使用済みです" in shown
    assert "新しいコードを表示していただいてください" in shown
    assert 'value="500"' in shown
    assert (held(town), taken(town)) == (1500, 500)


def test_two_confirm_pages_with_one_code_pay_once(town: Town, till: Till, code: str) -> None:
    one, other = till.confirm_page("500", code), till.confirm_page("300", code)
    till.post(one)
    told = words(till.get(till.post(other)["Location"]))
    assert "このコードは使用済みです" in told
    assert (held(town), taken(town)) == (1500, 500)


def test_a_spent_code_is_no_word_that_nothing_was_paid(town: Town, till: Till, code: str) -> None:
    first, second = till.confirm_page("300", code), till.confirm_page("300", code)
    till.post(first)
    told = words(till.get(till.post(second)["Location"]))
    for shown in (told, words(till.ring_up("300", code))):
        assert "このコードは使用済みです。" in shown
        assert "「本日の決済」を確認し" in shown
    assert "残高は減っていません" not in told.partition("data-settling")[0]
    assert (held(town), taken(town)) == (1700, 300)


def test_a_photographed_older_code_is_dead(town: Town, till: Till) -> None:
    phone = town.device()
    older = code_to_show(phone)
    newer = code_to_show(phone, after_step=older.step)
    till.post(till.confirm_page("500", newer.digits))
    assert "このコードは使用済みです" in words(till.ring_up("500", older.digits))
    assert held(town) == 1500


def test_an_old_code_is_told_as_old(
    town: Town, till: Till, code: str, clock_connection: psycopg.Connection
) -> None:
    later = clock.now() + timedelta(seconds=301)
    clock_connection.execute("SELECT ledger.set_clock_v1(%s)", [later])
    shown = words(till.ring_up("500", code))
    assert "コードの期限が切れています" in shown
    assert "お客様に新しいコードを表示していただいてください" in shown
    assert held(town) == 2000


def test_a_code_that_dies_on_the_confirm_page_pays_nothing(
    town: Town, till: Till, code: str, clock_connection: psycopg.Connection
) -> None:
    page = till.confirm_page("500", code)
    later = clock.now() + timedelta(seconds=301)
    clock_connection.execute("SELECT ledger.set_clock_v1(%s)", [later])
    assert "コードの期限が切れています" in words(till.get(till.post(page)["Location"]))
    assert (held(town), taken(town)) == (2000, 0)


def test_one_wrong_digit_is_told(town: Town, till: Till, code: str) -> None:
    assert "番号が違います" in words(till.ring_up("500", wrong(code)))
    mistyped = code[:-1] + str((int(code[-1]) + 1) % 10)
    for text in [mistyped, code[:-1], town.card()[0][:-1]]:
        assert "打ち間違いのようです。" in words(till.ring_up("500", text))
    scanned = {"amount": "500", "code": mistyped, "scanned": ""}
    assert "ほかのアプリのコードです。" in words(till.post("till/", scanned))
    assert held(town) == 2000


def test_codes_of_other_apps_are_called_so_and_stop_nothing(
    town: Town, till: Till, code: str
) -> None:
    replaced, card = town.card(500)
    reissue_card(card, actor="test", reason="lost")
    said = {
        "90001234567461192463": "ほかのアプリのコードです。",
        "4901234567894": "ほかのアプリのコードです。",
        "x" * 60: "ほかのアプリのコードです。",
        new_bearer_code("P"): "チャージ用のコードです。",
        replaced: "このカードの残高は、新しいカードやウォレットに移されています。",
    }
    for _ in range(3):
        for text, words_for_it in said.items():
            assert words_for_it in words(till.ring_up("500", text))
            assert words_for_it in words(till.post("card/", {"code": text}))
    assert held(town) == 2000
    assert till.ring_up("500", code).status_code == 303


def test_ten_wrong_codes_stop_the_terminal_and_not_the_resident(
    town: Town, till: Till, code: str
) -> None:
    for _ in range(10):
        till.ring_up("500", wrong(code))
    shown = words(till.ring_up("500", code))
    assert "この端末での読み取りを一時停止しています" in shown
    assert "分後に" in shown
    assert held(town) == 2000
    other = Till(town.shop, till.staff)
    other.post(other.confirm_page("500", code))
    assert held(town) == 1500


def test_a_revoked_phones_code_is_dead(town: Town, till: Till) -> None:
    phone = town.device()
    code = code_on(phone)
    page = till.confirm_page("500", code)
    revoke_device(phone)
    assert "番号が違います" in words(till.ring_up("500", code))
    assert "番号が違います" not in words(till.get(page))
    assert "お支払いは完了していません" in words(till.get(till.post(page)["Location"]))
    assert (held(town), taken(town)) == (2000, 0)


def test_short_of_value_is_told_without_the_balance(town: Town, code: str) -> None:
    till = Till(town.large_shop)
    shown = words(till.ring_up("1201", code))
    assert "残高が不足しています" in shown
    assert "1,200" not in shown
    assert held(town) == 2000


def test_a_code_that_many_amounts_were_tried_with_is_told(
    town: Town, till: Till, code: str
) -> None:
    for amount in range(1, 6):
        till.confirm_page(str(amount), code)
    shown = words(till.ring_up("6", code))
    assert "このコードでは、これ以上お調べできません。" in shown
    assert "お客様に新しいコードを表示していただいてください。" in shown
    assert (held(town), taken(town)) == (2000, 0)


def test_over_the_limit_is_told(town: Town, till: Till, code: str) -> None:
    assert "1回のお支払いの上限(1,500円)を超えています。" in words(till.ring_up("1501", code))
    assert held(town) == 2000


def test_the_days_limit_is_told_without_what_was_spent(town: Town, till: Till, code: str) -> None:
    town.limit(per_day=1000)
    town.pay(town.resident, town.large_shop, 777)
    shown = words(till.ring_up("900", code))
    assert "お客様の1日のお支払いの上限(1,000円)を超えています。" in shown
    assert "223円" not in shown
    assert held(town) == 1223


def test_an_equal_payment_shortly_after_is_asked_about(town: Town, till: Till) -> None:
    device = town.device()
    first = number_in(till.post(till.confirm_page("500", code_on(device))))
    page = till.confirm_page("500", code_on(device))
    shown = words(till.get(page))
    assert "にこのお店で500円をお支払い済みです。" in shown
    assert first in shown
    assert till.post(page)["Location"] == page
    assert held(town) == 1500
    assert number_in(till.post(page, {"before": first})) != first
    assert held(town) == 1000


def test_no_amount_is_asked_for_with_what_is_none(till: Till) -> None:
    answer = till.post("till/ask/", {"amount": "12.50", "key": "k"})
    assert answer.status_code == 422
    assert "金額は数字だけで入力してください。" in words(answer)
    assert "12.50" in words(answer)


def test_what_this_shop_does_not_take_is_told(town: Town) -> None:
    taro = town.add_resident("taro")
    town.charge(taro, town.small_shops, 900)
    shown = words(Till(town.large_shop).ring_up("500", code_on(town.device(taro))))
    assert "残高が不足しています" in shown or "電子マネーを使えません" in shown
    assert total_balance(town.issuer, taro.wallet_id) == 900


def test_a_card_pays_and_tells_what_it_holds(town: Town, till: Till) -> None:
    card, _ = town.card(1000)
    page = till.confirm_page("300", card)
    shown = words(till.get(page))
    assert f"カード …{card[-4:]}" in shown
    assert "1,000" in shown
    till.post(page)
    short = words(till.ring_up("701", card))
    assert "カードの残高が不足しています。このお店で使える残高は700円です。" in short
    row = takings_of_day(town.shop).rows[0]
    assert (row.by, row.amount) == ("card", 300)


def test_a_card_twice_from_one_till_page_pays_once(town: Town, till: Till) -> None:
    card, _ = town.card(1000)
    for _ in range(2):
        till.post(till.confirm_page("300", card, "a-key-of-this-form"))
    assert taken(town) == 300


def test_a_script_gets_answers_as_json(town: Town, till: Till, code: str) -> None:
    told = till.ring_up("500", wrong(code), headers=SCRIPT)
    assert told.status_code == 422
    refused = json.loads(told.content)
    assert (refused["state"], refused["outcome"]) == ("refused", "unknown_code")
    assert refused["title"] == "番号が違います。"
    rung = json.loads(till.ring_up("500", code, headers=SCRIPT).content)
    assert rung["state"] == "confirm"
    paid = json.loads(till.post(rung["location"], headers=SCRIPT).content)
    assert paid["state"] == "paid"
    assert paid["location"].endswith("/?paid=1")


def test_settling_before_the_payment_ends_it(town: Town, till: Till, code: str) -> None:
    page = till.confirm_page("500", code)
    token = page.rstrip("/").rpartition("/")[2]
    settled = json.loads(till.post("till/settle/", {"token": token}).content)
    assert settled == {"state": "not_paid", "location": ""}
    late = till.post(page)
    assert "お支払いは完了していません。残高は減っていません。" in words(till.get(late["Location"]))
    assert (held(town), taken(town)) == (2000, 0)


def test_settling_after_the_payment_tells_of_it_even_to_the_logged_out(
    town: Town, till: Till, code: str
) -> None:
    page = till.confirm_page("500", code)
    paid = till.post(page)
    token = page.rstrip("/").rpartition("/")[2]
    till.post("logout/")
    settled = json.loads(till.post("till/settle/", {"token": token}).content)
    assert settled == {"state": "paid", "location": paid["Location"]}
    assert held(town) == 1500


def test_an_old_unpaid_page_asks_to_start_again(
    town: Town, till: Till, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = till.confirm_page("500", code)
    let_tokens_grow_old(monkeypatch, LIFETIME)
    assert "時間がたったため" in words(till.get(page))
    assert till.post(page)["Location"] == page
    assert held(town) == 2000


@pytest.mark.parametrize("token", ["x", "a:b:c", "%00", "." * 500])
def test_a_forged_page_is_not_found(till: Till, token: str) -> None:
    assert till.get(f"till/confirm/{token}/").status_code == 404
    assert till.post("till/settle/", {"token": token}).status_code == 404


def test_anothers_confirm_page_is_not_found(town: Town, till: Till, code: str) -> None:
    page = till.confirm_page("500", code)
    colleague_elsewhere = Till(town.shop, till.staff)
    till.staff = hire(town.shop)
    till.log_in()
    for stranger in [colleague_elsewhere, till, Till(town.large_shop)]:
        assert stranger.get(page).status_code == 404
        assert stranger.post(page).status_code == 404
    assert (held(town), taken(town)) == (2000, 0)


def test_another_issuers_codes_cards_and_payments_are_unknown(
    town: Town, till: Till, code: str
) -> None:
    other = make_town()
    far = Till(other.shop)
    assert "ほかのアプリのコードです" in words(far.ring_up("500", code))
    assert "番号が違います" in words(far.ring_up("500", town.card(900)[0]))
    number = number_in(till.post(till.confirm_page("500", code)))
    for stranger in [far, Till(town.large_shop)]:
        assert stranger.get(f"payments/{number}/").status_code == 404
        assert stranger.get(f"payments/{number}/?paid=1").status_code == 404


@pytest.mark.parametrize("number", ["x", "1" * 33, "A" * 13 + "9" * 20])
def test_an_unknown_payment_is_not_found(till: Till, number: str) -> None:
    assert till.get(f"payments/{number}/").status_code == 404


def test_the_green_screen_is_for_news_only(
    town: Town, till: Till, code: str, clock_connection: psycopg.Connection
) -> None:
    number = number_in(till.post(till.confirm_page("500", code)))
    assert "page--paid" not in words(till.get(f"payments/{number}/"))
    later = clock.now() + timedelta(minutes=11)
    clock_connection.execute("SELECT ledger.set_clock_v1(%s)", [later])
    assert "page--paid" not in words(till.get(f"payments/{number}/?paid=1"))


def test_a_refunded_payment_shows_its_refund(town: Town, till: Till, code: str) -> None:
    number = number_in(till.post(till.confirm_page("500", code)))
    refund = town.refund(number, 200)
    page = words(till.get(f"payments/{number}/?paid=1"))
    assert "page--paid" not in page
    assert "-200" in page
    assert number in words(till.get(f"payments/{refund.number}/"))


def test_reload_of_a_refused_till_starts_anew(till: Till) -> None:
    assert till.get("till/")["Location"] == "/shop/"


def test_a_reload_brings_no_old_key_back(till: Till) -> None:
    """Some browsers keep what hidden fields held, and the next sale would be the one before."""
    assert 'name="key" autocomplete="off"' in words(till.get())
