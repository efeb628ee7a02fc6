"""The steps of a payment at a poster, without a browser: refusals, repeats and other tenants."""

import json
import re
from datetime import timedelta
from urllib.parse import urlencode

import psycopg
import pytest
from django.conf import settings
from django.http import HttpResponse

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.payments.poster import pay_at_poster
from hansatsu.flows.payments.poster_intents import LIFETIME, POSTER_TOKENS, make_intent
from hansatsu.flows.redemption.lookup import Found
from hansatsu.flows.redemption.redeem import take
from hansatsu.formats.qr.mpm import ShopCode, account_identifier, write_shop_code
from hansatsu.ledger import api as ledger
from hansatsu.ledger.api import Limits
from hansatsu.parties import clock
from hansatsu.parties.wallets.selectors import total_balance
from tests.support.clients import Visitor, words
from tests.support.racing import race
from tests.support.sealed import let_tokens_grow_old
from tests.town import Town, make_town

KEY = "a-key-of-this-form"


@pytest.fixture
def town() -> Town:
    town = make_town(limits=Limits(per_payment=1500))
    town.charge(town.resident, town.all_shops, 1200)
    town.charge(town.resident, town.small_shops, 800)
    return town


def held(town: Town) -> int:
    return total_balance(town.issuer, town.resident.wallet_id)


def confirm_page(hanako: Visitor, amount: str, shop: str = "S0001", key: str = KEY) -> str:
    answer = hanako.post(f"pay/{shop}", {"amount": amount, "key": key})
    assert answer.status_code == 303, words(answer)
    return answer["Location"]


def paid_number(answer: HttpResponse) -> str:
    assert answer.status_code == 303
    return answer["Location"].removesuffix("/?paid=1").rpartition("/")[2]


def test_a_payment_from_amount_to_completion(town: Town, hanako: Visitor) -> None:
    page = confirm_page(hanako, "５００円")
    shown = words(hanako.get(page))
    assert "お店の方にこの画面をお見せください" in shown
    assert "500" in shown
    assert "1,500" in shown  # balance after
    done = hanako.post(page)
    assert "?paid=1" in done["Location"]
    complete = words(hanako.get(done["Location"]))
    assert "決済完了" in complete
    assert "page--paid" in complete
    assert held(town) == 1500


def test_reload_back_second_tab_and_double_tap_are_one_payment(town: Town, hanako: Visitor) -> None:
    page = confirm_page(hanako, "500")
    first = hanako.post(page)
    again = hanako.post(page)
    back = hanako.get(page)
    assert first["Location"] == again["Location"] == back["Location"]
    assert held(town) == 1500


def test_back_and_another_amount_is_told_as_paid_already(town: Town, hanako: Visitor) -> None:
    number = paid_number(hanako.post(confirm_page(hanako, "500")))
    other = confirm_page(hanako, "400")
    told = words(hanako.get(hanako.post(other)["Location"]))
    assert "別の金額でお支払いが完了しています" in told
    assert number in told
    assert held(town) == 1500


def test_short_of_value_offers_all_there_is(town: Town, hanako: Visitor) -> None:
    answer = hanako.post("pay/S0002", {"amount": "1500", "key": "k"})
    shown = words(answer)
    assert answer.status_code == 422
    assert (
        "残高が300円不足しています。残高をすべて使い、残りは現金などでお支払いいただけます。"
        in shown
    )
    assert "残高をすべて使う" in shown
    assert "このお店では中小店舗限定は使えません。全店共通の残高は 1,200円分です" in shown
    hanako.post(confirm_page(hanako, "1200", "S0002"))
    assert held(town) == 800


def test_nothing_usable_says_so_and_offers_nothing(town: Town, hanako: Visitor) -> None:
    hanako.post(confirm_page(hanako, "1200", "S0002"))
    shown = words(hanako.post("pay/S0002", {"amount": "1", "key": "other"}))
    assert "このお店で使える残高がありません" in shown
    assert "残高をすべて使う" not in shown


def test_over_the_limit_says_so_and_changes_nothing(town: Town, hanako: Visitor) -> None:
    answer = hanako.post("pay/S0001", {"amount": "1501", "key": KEY})
    shown = words(answer)
    assert answer.status_code == 422
    assert "1回のお支払いは1,500円までです。1,500円以下の金額でお支払いください。" in shown
    assert 'value="1501"' in shown
    assert held(town) == 2000


def test_a_limit_that_is_set_meanwhile_is_told_with_its_figure(town: Town, hanako: Visitor) -> None:
    page = confirm_page(hanako, "1400")
    town.limit(per_payment=1000)
    refused = hanako.post(page)
    for shown in (words(hanako.get(page)), words(hanako.get(refused["Location"]))):
        assert "お支払いは完了していません。残高は減っていません。" in shown
        assert "1回のお支払いは1,000円までです。" in shown
        assert "data-pay" not in shown
    assert held(town) == 2000


def test_the_days_limit_tells_what_is_left_of_it(
    town: Town, hanako: Visitor, clock_connection: psycopg.Connection
) -> None:
    town.limit(per_day=1000)
    hanako.post(confirm_page(hanako, "400"))
    answer = hanako.post("pay/S0001", {"amount": "700", "key": "another-key-of-a-form"})
    assert answer.status_code == 422
    assert "1日のお支払いは1,000円まで" in words(answer)
    assert "本日お支払いいただけるのはあと600円です。" in words(answer)
    hanako.post(confirm_page(hanako, "600", key="a-third-key-of-a-form"))
    answer = hanako.post("pay/S0001", {"amount": "1", "key": "a-fourth-key-of-a-form"})
    assert "1日のお支払いの上限(1,000円)に達しました。" in words(answer)
    assert held(town) == 1000
    ledger.set_clock(clock_connection, clock.now() + timedelta(days=1))
    hanako.post(confirm_page(hanako, "1", key="a-fifth-key-of-a-form"))
    assert held(town) == 999


@pytest.mark.parametrize("page", ["balance/", "pay/S0001"])
def test_limits_stand_where_one_looks(town: Town, hanako: Visitor, page: str) -> None:
    town.limit(per_payment=1500, per_day=3000)
    hanako.post(confirm_page(hanako, "400"))
    shown = re.sub(r"<[^>]*>|\s", "", words(hanako.get(page)))
    assert "1回のお支払いの上限1,500円" in shown
    assert "1日のお支払いの上限3,000円" in shown
    assert "本日お支払いいただける残り2,600円" in shown


def test_without_limits_no_page_speaks_of_them(town: Town, hanako: Visitor) -> None:
    town.limit()
    assert "ご利用の上限" not in words(hanako.get("balance/"))


@pytest.mark.parametrize("amount", ["", "abc", "0", "-1", "1.5", "9" * 400, "\0"])
def test_a_wrong_amount_is_told_and_kept(town: Town, hanako: Visitor, amount: str) -> None:
    answer = hanako.post("pay/S0001", {"amount": amount, "key": "k" * 500 + "\0"})
    assert answer.status_code == 422
    assert "field__error" in words(answer)


def test_a_script_gets_the_answer_as_json(town: Town, hanako: Visitor) -> None:
    page = confirm_page(hanako, "500")
    answer = hanako.post(page, headers={"accept": "application/json"})
    told = json.loads(answer.content)
    assert told["state"] == "paid"
    assert told["location"].endswith("/?paid=1")


def test_an_equal_payment_shortly_after_is_asked_about(town: Town, hanako: Visitor) -> None:
    first = paid_number(hanako.post(confirm_page(hanako, "500")))
    again = confirm_page(hanako, "500", key="another-key-of-a-form")
    shown = words(hanako.get(again))
    assert "に、このお店で500円のお支払いが完了しています。" in shown
    assert first in shown
    unasked = hanako.post(again)
    assert unasked["Location"] == again
    told = json.loads(hanako.post(again, headers={"accept": "application/json"}).content)
    assert told == {"state": "not_paid", "location": again}
    assert held(town) == 1500
    second = paid_number(hanako.post(again, {"before": first}))
    assert second != first
    assert held(town) == 1000
    third = confirm_page(hanako, "500", key="a-third-key-of-a-form")
    assert hanako.post(third, {"before": first})["Location"] == third  # not the one it has seen
    assert paid_number(hanako.post(again)) == second  # a retry is no other payment
    assert held(town) == 1000


def test_what_is_no_equal_payment_is_not_asked_about(
    town: Town, hanako: Visitor, clock_connection: psycopg.Connection
) -> None:
    number = paid_number(hanako.post(confirm_page(hanako, "500")))
    for page in [
        confirm_page(hanako, "499", key="another-key-of-a-form"),
        confirm_page(hanako, "500", "S0002", key="a-third-key-of-a-form"),
    ]:
        assert "お支払いが完了しています" not in words(hanako.get(page))
    page = confirm_page(hanako, "500", key="a-fourth-key-of-a-form")
    town.refund(number, 200)
    assert "お支払いが完了しています" in words(hanako.get(page))
    town.refund(number, 300)
    assert "お支払いが完了しています" not in words(hanako.get(page))
    hanako.post(page)
    ledger.set_clock(clock_connection, clock.now() + timedelta(minutes=31))
    hanako.post(confirm_page(hanako, "500", key="a-fifth-key-of-a-form"))
    assert held(town) == 1000


def pay_in_many_tabs(town: Town) -> list[str]:
    def pay(place: int) -> str:
        intent = make_intent(town.resident, town.shop, 500, f"the-key-of-tab-{place}")
        return pay_at_poster(town.resident, intent).outcome

    return sorted(race(pay, callers=3))


def test_of_equal_payments_at_once_one_is_made(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as unguarded:
        unguarded.setattr("hansatsu.flows.payments.paid_before.paid_before", lambda *_, **__: None)
        assert pay_in_many_tabs(town) == ["paid", "paid", "paid"]
    town.charge(town.resident, town.all_shops, 1500)
    assert held(town) == 2000
    town = make_town()
    town.charge(town.resident, town.all_shops, 2000)
    assert pay_in_many_tabs(town) == ["paid", "paid_before", "paid_before"]
    assert held(town) == 1500


def test_settling_before_the_payment_ends_it(town: Town, hanako: Visitor) -> None:
    page = confirm_page(hanako, "500")
    token = page.rstrip("/").rpartition("/")[2]
    settled = json.loads(hanako.post("pay/settle/", {"token": token}).content)
    assert settled == {"state": "not_paid", "location": ""}
    late = hanako.post(page)
    assert "お支払いは完了していません。残高は減っていません。" in words(
        hanako.get(late["Location"])
    )
    assert held(town) == 2000


def test_settling_after_the_payment_tells_of_it(town: Town, hanako: Visitor) -> None:
    page = confirm_page(hanako, "500")
    paid = hanako.post(page)
    token = page.rstrip("/").rpartition("/")[2]
    settled = json.loads(Visitor(town.issuer).post("pay/settle/", {"token": token}).content)
    assert settled == {"state": "paid", "location": paid["Location"]}


def test_an_old_unpaid_page_asks_to_start_again(
    town: Town, hanako: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = confirm_page(hanako, "500")
    let_tokens_grow_old(monkeypatch, LIFETIME)
    assert "時間がたったため" in words(hanako.get(page))
    assert hanako.post(page)["Location"] == page
    assert held(town) == 2000


@pytest.mark.parametrize("token", ["x", "a:b:c", "%00", "." * 500])
def test_a_forged_page_is_not_found(town: Town, hanako: Visitor, token: str) -> None:
    assert hanako.get(f"pay/S0001/confirm/{token}/").status_code == 404
    assert hanako.post("pay/settle/", {"token": token}).status_code == 404


def test_anothers_page_is_not_found(town: Town, hanako: Visitor) -> None:
    taro = town.add_resident("taro")
    token = POSTER_TOKENS.seal(make_intent(taro, town.shop, 100, "k"))
    assert hanako.get(f"pay/S0001/confirm/{token}/").status_code == 404
    assert hanako.post(f"pay/S0001/confirm/{token}/").status_code == 404


def test_another_issuers_shop_payment_and_wallet_are_not_found(town: Town, hanako: Visitor) -> None:
    other = make_town()
    other.charge(other.resident, other.all_shops, 100)
    number = other.pay(other.resident, other.shop, 10).number
    far = other.add_shop("S0777", other.all_shops)
    assert hanako.get(f"payments/{number}/").status_code == 404
    assert hanako.get(f"pay/{far.code}").status_code == 404
    theirs = f"/{other.issuer.code}"
    for page in ["/", "/balance/", "/history/", f"/payments/{number}/", "/pay/S0001"]:
        assert hanako.get(theirs + page)["Location"].startswith(f"{theirs}/login/")
    token = POSTER_TOKENS.seal(make_intent(other.resident, other.shop, 10, "k"))
    assert hanako.post("pay/settle/", {"token": token}).status_code == 404


def test_anothers_payment_is_not_found(town: Town, hanako: Visitor) -> None:
    taro = town.add_resident("taro")
    town.charge(taro, town.all_shops, 100)
    number = town.pay(taro, town.shop, 10).number
    assert hanako.get(f"payments/{number}/").status_code == 404


@pytest.mark.parametrize(
    "number", ["x", "OEM", "1" * 33, "A" * 13 + "9" * 20, "A" * 13 + "9" * 20 + "-" + "9" * 17]
)
def test_an_unknown_payment_is_not_found(hanako: Visitor, number: str) -> None:
    assert hanako.get(f"payments/{number}/").status_code == 404


def test_a_refunded_payment_shows_its_refund_and_no_green_screen(
    town: Town, hanako: Visitor
) -> None:
    number = paid_number(hanako.post(confirm_page(hanako, "500")))
    refund = town.refund(number, 200)
    page = words(hanako.get(f"payments/{number}/?paid=1"))
    assert "page--paid" not in page
    assert "-200" in page
    told = words(hanako.get(f"payments/{refund.number}/"))
    assert "取消" in told
    assert f"payments/{number}/" in told


def test_a_refund_of_what_a_card_paid_leads_to_no_payment() -> None:
    """It comes to the wallet that took the card; the payment stays with the card."""
    town = make_town(cards_may_be_taken=True)
    hanako = Visitor.logged_in(town.resident)
    _, card = town.card(800)
    request = ledger.Request.of("test", str(card.pk))
    paid = ledger.Payment(request, town.issuer.pk, town.shop.pk, card.wallet_id, 500)
    number = ledger.pay(ledger_connection(), paid).number
    assert take(town.resident, Found("card", card.pk)) == "done"
    refund = town.refund(number, 200)
    told = words(hanako.get(f"payments/{refund.number}/"))
    assert "もとのお支払い" in told
    assert f"payments/{number}/" not in told
    assert hanako.get(f"payments/{number}/").status_code == 404


def test_the_poster_of_a_shop_leads_to_its_page(town: Town, hanako: Visitor) -> None:
    for text in ["S0001", "ｓ０００１", f"{settings.SITE_URL}/{town.issuer.code}/pay/S0001"]:
        answer = hanako.get("scan/?" + urlencode({"code": text}))
        assert answer["Location"] == hanako.address("pay/S0001")


def test_an_emvco_code_leads_to_its_shop_with_its_amount(town: Town, hanako: Visitor) -> None:
    account = account_identifier(f"{settings.SITE_URL}/{town.issuer.code}/")
    payload = write_shop_code(ShopCode("S0001", 500), account=account, name="T", city="Oyama")
    answer = hanako.get("scan/?" + urlencode({"code": payload}))
    assert answer["Location"] == hanako.address("pay/S0001?amount=500")
    assert 'value="500"' in words(hanako.get(answer["Location"]))


@pytest.mark.parametrize(
    "text",
    ["S9999", "https://evil.example/", "000201", "hello", "\0", "人" * 900, "00020163041D0F"],
)
def test_what_is_not_ours_is_told_so(hanako: Visitor, text: str) -> None:
    answer = hanako.get("scan/?" + urlencode({"code": text}))
    assert answer.status_code in {200, 404}
    assert "お店" in words(answer)


def test_another_issuers_poster_is_told_so(hanako: Visitor) -> None:
    other = make_town()
    text = f"{settings.SITE_URL}/{other.issuer.code}/pay/S0001"
    answer = hanako.get("scan/?" + urlencode({"code": text}))
    assert "小山市共通商品券のお店のものではありません" in words(answer)


def test_a_wrong_method_is_refused(hanako: Visitor) -> None:
    assert hanako.post("balance/").status_code == 405
    assert hanako.get("pay/settle/").status_code == 405
    assert hanako.get("logout/").status_code == 405


@pytest.mark.parametrize("key", ["é" * 64, "決" * 64, "\x01" * 64, "short", ""])
def test_a_key_that_no_form_of_ours_sends_is_replaced(
    town: Town, hanako: Visitor, key: str
) -> None:
    answer = hanako.post("pay/S0001", {"amount": "5", "key": key})
    assert answer.status_code == 303
    assert hanako.get(answer["Location"]).status_code == 200


def test_settling_needs_no_csrf_token(town: Town, hanako: Visitor) -> None:
    """A log-in in another tab changes the token: the page at the till would never hear an end."""
    token = confirm_page(hanako, "500").rstrip("/").rpartition("/")[2]
    stranger = Visitor(town.issuer, enforce_csrf_checks=True)
    settled = json.loads(stranger.post("pay/settle/", {"token": token}).content)
    assert settled == {"state": "not_paid", "location": ""}
