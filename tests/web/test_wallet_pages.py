"""The wallet's pages without a browser: who sees what, with which headers, in which language."""

import re
from html import unescape

import pytest

from hansatsu.parties.shops.models import Shop
from tests.support.clients import Visitor, words
from tests.town import Town, make_town

PERSONAL = ["", "scan/", "charge/code/", "pay/S0001", "balance/", "history/", "account/"]
PUBLIC = ["login/", "shops/", "terms/", "privacy/", "law/", "contact/", "faq/"]


@pytest.fixture
def town() -> Town:
    town = make_town()
    town.charge(town.resident, town.all_shops, 1200)
    town.charge(town.resident, town.small_shops, 800)
    return town


@pytest.mark.parametrize("page", PERSONAL)
def test_personal_pages_are_kept_by_no_one(town: Town, page: str) -> None:
    answer = Visitor.logged_in(town.resident).get(page)
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("page", PUBLIC + PERSONAL)
def test_only_the_scanner_may_run_webassembly_and_nothing_runs_inline(
    town: Town, page: str
) -> None:
    answer = Visitor.logged_in(town.resident).get(page)
    policy = answer["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert ("wasm-unsafe-eval" in policy) == (page in {"scan/", "charge/code/"})
    assert " style=" not in words(answer)
    assert "<style" not in words(answer)


@pytest.mark.parametrize("page", PUBLIC)
def test_public_pages_speak_both_languages(town: Town, page: str) -> None:
    visitor = Visitor(town.issuer)
    assert '<html lang="ja">' in words(visitor.get(page))
    english = visitor.get(page, {"languageCd": "en"})
    assert '<html lang="en">' in words(english)
    assert '<html lang="en">' in words(visitor.get(page))  # the choice is kept
    assert '<html lang="ja">' in words(visitor.get(page, {"languageCd": "ja"}))
    assert visitor.get(page, {"languageCd": "xx"}).status_code == 200


def test_the_guides_own_address_leads_to_the_wallet(town: Town) -> None:
    visitor = Visitor(town.issuer)
    address = f"/customer/ap/{town.issuer.code}/dem/dem010010.do?languageCd=en"
    answer = visitor.get(address)
    assert answer["Location"] == visitor.address("")
    assert answer.cookies["hansatsu_language"].value == "en"


def test_the_top_page_has_the_balance_and_the_shortcuts(town: Town) -> None:
    page = words(Visitor.logged_in(town.resident).get(""))
    for said in ["2,000", "1,200", "800", "加盟店QRコード読取", "残高詳細", "ご利用履歴"]:
        assert said in page
    assert "使えるお店" in page


def test_logging_out_closes_the_wallet(town: Town) -> None:
    visitor = Visitor.logged_in(town.resident)
    assert visitor.post("logout/").status_code == 303
    assert visitor.get("").status_code == 303


def test_the_balance_page_has_the_guides_words(town: Town) -> None:
    page = words(Visitor.logged_in(town.resident).get("balance/"))
    for said in [
        "コード(ID)一覧",
        "あなたの残高",
        "有効期限毎の残高",
        "半年未満",
        "1年未満",
        "1年以上",
        "コード(ID)",
        "管理番号",
        "有効期限",
        "なし",
        "登録日",
        "円分",
    ]:
        assert said in page


def test_history_pages_go_on_where_the_last_one_ended(town: Town) -> None:
    for _ in range(23):
        assert town.pay(town.resident, town.shop, 1).paid
    visitor = Visitor.logged_in(town.resident)
    first = visitor.get("history/", {"show": "payments"})
    assert "20. 天王洲飯店" in words(first)
    assert "21. " not in words(first)
    older = re.search(r'href="([^"]+before=[^"]+)"', words(first))
    assert older is not None
    second = words(visitor.get(unescape(older[1])))
    assert "21. 天王洲飯店" in second
    assert "23. 天王洲飯店" in second
    assert "24. " not in second


@pytest.mark.parametrize(
    "query", ["show=x", "before=x", "before=-1", f"before={'9' * 40}", "from=²"]
)
def test_odd_history_addresses_show_a_page(town: Town, query: str) -> None:
    assert Visitor.logged_in(town.resident).get(f"history/?{query}").status_code == 200


def test_an_expired_lot_is_told_as_expired(town: Town) -> None:
    page = words(Visitor.logged_in(town.resident).get("history/", {"show": "expiries"}))
    assert "まだご利用がありません" in page


def test_shops_are_found_by_name_area_category_and_emoney(town: Town) -> None:
    visitor = Visitor(town.issuer)
    all_shops = visitor.get("shops/")
    assert "2件のお店" in words(all_shops)
    small = visitor.get("shops/", {"emoney": town.small_shops.pk, "q": "天王洲"})
    assert "1件のお店" in words(small)
    assert "天王洲飯店" in words(small)
    none = visitor.get("shops/", {"q": "ない店"})
    assert "条件に合うお店がありません" in words(none)


@pytest.mark.parametrize("asked", ["渡邉\U000e0101商店", "\u200b渡邉\U000e0101", "神\ufe00", "㈱"])
def test_a_shop_is_found_by_its_name_as_it_is_written(town: Town, asked: str) -> None:
    """Before: the name copied from this very page found nothing, where a variation selector says
    which 邉 is meant."""
    name = "㈱渡邉\U000e0101商店 神\ufe00"
    Shop.objects.filter(pk=town.shop.pk).update(name=name)
    assert "1件のお店" in words(Visitor(town.issuer).get("shops/", {"q": asked}))


@pytest.mark.parametrize(
    "query",
    ["area=x", "area=99999999999999999999", "q=%00", "q=%ff", "emoney=-1", f"q={'長' * 3000}"],
)
def test_odd_searches_show_a_page(town: Town, query: str) -> None:
    assert Visitor(town.issuer).get(f"shops/?{query}").status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/nothing/",
        "/ZZZZ9999/",
        "/ZZZZ9999/login/",
        "/oem202303/",
        "/%00/",
        "/OEM%00/pay/S0001",
        "/customer/ap/ZZZZ9999/dem/dem010010.do",
    ],
)
def test_what_is_not_there_is_a_friendly_404(town: Town, address: str) -> None:
    answer = Visitor(town.issuer).get(address)
    assert answer.status_code == 404
    assert "ページが見つかりません" in words(answer)


def test_a_404_below_an_issuer_shows_the_way_home(town: Town) -> None:
    visitor = Visitor(town.issuer)
    assert f'href="{visitor.address("")}"' in words(visitor.get("nothing/"))


def test_the_issuers_colours_are_a_style_sheet(town: Town) -> None:
    answer = Visitor(town.issuer).get("colours.css")
    assert answer["Content-Type"].startswith("text/css")
    assert "immutable" in answer["Cache-Control"]
    assert "--indigo: #1d3a5c" in words(answer)


def test_a_form_without_its_token_gets_a_friendly_page(town: Town) -> None:
    visitor = Visitor(town.issuer, enforce_csrf_checks=True)
    answer = visitor.post("login/", {"login_id": "hanako"})
    assert answer.status_code == 403
    assert "操作は行われていません" in words(answer)


def test_the_demos_pages_are_there_in_both_languages(town: Town) -> None:
    visitor = Visitor(town.issuer)
    for page in ["/", "/gallery/"]:
        assert visitor.get(page).status_code == 200
        assert '<html lang="en">' in words(visitor.get(page, {"languageCd": "en"}))
        visitor.get(page, {"languageCd": "ja"})


def test_the_privacy_policy_says_that_a_till_shows_a_first_letter(town: Town) -> None:
    shown = words(Visitor(town.issuer).get("privacy/"))
    assert "ニックネーム(登録がないときはお名前)の最初の1文字" in shown


def test_a_reload_brings_no_old_key_back(town: Town) -> None:
    """Some browsers keep what hidden fields held, and the next payment would be the one before."""
    shown = words(Visitor.logged_in(town.resident).get("pay/S0001"))
    assert 'name="key" autocomplete="off"' in shown
