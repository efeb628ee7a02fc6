"""チャージ (QRコード) without a browser: the words for every end, and where the code may stand."""

import logging
from html import unescape

import pytest
from django.http import HttpResponse

from hansatsu.formats.qr.bearer_code import grouped, new_code
from hansatsu.formats.qr.mpm import ShopCode, account_identifier, write_shop_code
from hansatsu.ledger.api import Limits
from hansatsu.parties.cards.stopping import stop_card
from hansatsu.parties.gifts.expiry import Expiry
from hansatsu.parties.wallets.selectors import total_balance
from tests.support.clients import Visitor, words
from tests.town import Town, make_town


@pytest.fixture
def town() -> Town:
    return make_town(limits=Limits(holding=9000), cards_may_be_taken=True)


@pytest.fixture
def hanako(town: Town) -> Visitor:
    return Visitor.logged_in(town.resident, REMOTE_ADDR=f"10.9.{town.issuer.pk % 250}.9")


def held(town: Town) -> int:
    return total_balance(town.issuer, town.resident.wallet_id)


def enter(visitor: Visitor, code: str) -> HttpResponse:
    return visitor.post("charge/code/", {"code": code})


def offered(visitor: Visitor, code: str) -> str:
    """Enter a code; the page that shows what it holds."""
    answer = enter(visitor, code)
    assert answer.status_code == 303, words(answer)
    return answer["Location"]


def test_a_gift_from_its_code_to_the_wallet(town: Town, hanako: Visitor) -> None:
    code, _ = town.gift(expiry=Expiry(after=6))
    page = offered(hanako, f" {grouped(code).lower()}　")
    shown = words(hanako.get(page))
    for said in ["ギフトコードの金額", "3,000", "全店共通", "6か月", "チャージする"]:
        assert said in shown
    assert f"?emoney={town.all_shops.pk}" in shown
    assert held(town) == 0
    answer = hanako.post(page)
    assert answer.status_code == 303
    shown = words(hanako.get(answer["Location"]))
    for said in ["チャージ完了", "3,000", "全店共通", "ウォレットの残高"]:
        assert said in shown
    assert held(town) == 3000
    assert hanako.post(page)["Location"] == answer["Location"]
    assert "すでにチャージ済み" in words(hanako.get(offered(hanako, code)))
    assert held(town) == 3000


def test_a_card_says_that_it_will_pay_no_more(town: Town, hanako: Visitor) -> None:
    code, _ = town.card(1200)
    page = offered(hanako, code)
    shown = words(hanako.get(page))
    for said in ["カードの残高", "1,200", "このカードはお店で使えなくなります"]:
        assert said in shown
    hanako.post(page)
    assert held(town) == 1200
    assert "1,200" in words(hanako.get(page))


def test_the_code_stands_in_no_address_and_no_log(
    town: Town, hanako: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    code, _ = town.gift()
    page = offered(hanako, code)
    hanako.get(page)
    assert code not in page
    assert code not in caplog.text
    assert 'method="post"' in words(hanako.get("charge/code/"))


def test_what_cannot_be_taken_says_why(town: Town, hanako: Visitor) -> None:
    stopped, card = town.card(1000)
    stop_card(card, actor="staff:1", reason="test")
    empty, _ = town.card()
    for code, said in [(stopped, "利用が停止されています"), (empty, "残高がありません")]:
        page = offered(hanako, code)
        answer = hanako.post(page)
        shown = words(hanako.get(answer["Location"]))
        assert said in shown
        assert "チャージする<" not in shown
    assert held(town) == 0


def test_a_full_wallet_is_told_and_the_code_stays_good(town: Town, hanako: Visitor) -> None:
    town.charge(town.resident, town.all_shops, 8000)
    code, gift = town.gift()
    page = offered(hanako, code)
    assert "上限額" in words(hanako.get(hanako.post(page)["Location"]))
    assert "番号は使われていません" in words(hanako.get(page + "?refused=over_limit"))
    gift.refresh_from_db()
    assert (gift.state, held(town)) == ("ready", 8000)


def test_wrong_codes_are_told_and_then_stopped(town: Town, hanako: Visitor) -> None:
    answer = enter(hanako, "12345")
    assert answer.status_code == 422
    assert "番号が正しくありません" in words(answer)
    assert 'value="12345"' in words(answer)
    assert "これは購入コードです" in unescape(words(enter(hanako, new_code("P"))))
    for _ in range(5):
        answer = enter(hanako, new_code("G"))
        assert (answer.status_code, "この番号は使えません" in words(answer)) == (422, True)
    answer = enter(hanako, town.gift()[0])
    assert answer.status_code == 429
    assert "約1分後に" in words(answer)
    assert held(town) == 0


def test_another_residents_page_is_not_found(town: Town, hanako: Visitor) -> None:
    page = offered(hanako, town.gift()[0])
    kaoru = Visitor.logged_in(town.add_resident("kaoru"))
    assert kaoru.get(page).status_code == 404
    assert kaoru.post(page).status_code == 404
    assert Visitor(town.issuer).post(page).status_code == 303
    assert held(town) == 0


def test_a_stranger_is_told_to_log_in_on_the_page_itself(town: Town) -> None:
    """A redirect would lead the code behind the # to the log-in page, and lose it there."""
    answer = Visitor(town.issuer).get("charge/code/")
    assert answer.status_code == 200
    assert f"?next=/{town.issuer.code}/charge/code/" in words(answer)
    assert "no-store" in answer["Cache-Control"]
    posted = Visitor(town.issuer).post("charge/code/", {"code": town.gift()[0]})
    assert "ログインが必要です" in words(posted)


def test_posters_and_codes_lead_to_each_others_pages(town: Town, hanako: Visitor) -> None:
    code, _ = town.gift()
    site = "http://localhost"
    poster = f"{site}/{town.issuer.code}/pay/S0001"
    account = account_identifier(f"{site}/{town.issuer.code}/")
    for text in (poster, "S0001", "ｓ０００１"):
        assert enter(hanako, text)["Location"] == hanako.address("pay/S0001")
    answer = hanako.post("scan/", {"code": grouped(code)})
    assert answer["Location"] == hanako.address("charge/code/") + f"#{code}"
    assert hanako.post("scan/", {"code": "S0001"})["Location"] == hanako.address("pay/S0001")
    foreign = write_shop_code(ShopCode("S0001"), account=account[::-1], name="T", city="O")
    assert enter(hanako, foreign).status_code == 422
