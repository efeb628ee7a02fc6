"""チャージ (QRコード) with a real camera: a gift and a card, from their QR codes to the wallet."""

from pathlib import Path

from playwright.sync_api import Page, expect

from hansatsu.formats.qr.bearer_code import grouped
from hansatsu.formats.qr.gift import gift_url
from hansatsu.parties.gifts.expiry import Expiry
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.wallets.selectors import total_balance
from tests.browser.test_scanning import phone_that_sees
from tests.support.browsers import Browsers
from tests.support.inbox import mails_to
from tests.support.phones import log_in, send_password, solve_by_keyboard
from tests.support.sites import Site
from tests.support.waiting import wait_until
from tests.town import Town


def take(page: Page) -> None:
    page.get_by_role("button", name="チャージする").click()
    page.wait_for_url("**/?done=1")
    expect(page.get_by_role("heading", name="チャージ完了")).to_be_visible()


def test_a_gift_is_scanned_seen_taken_told_and_found_again(
    browsers: Browsers, site: Site, town: Town, tmp_path: Path
) -> None:
    kaoru = town.add_resident("kaoru", email=f"kaoru@{town.issuer.code.lower()}.example.jp")
    code, _ = town.gift(3000, expiry=Expiry(after=6))
    said = []
    with phone_that_sees(
        gift_url(site.url, town.issuer.code, code), browsers, site, tmp_path
    ) as page:
        page.on("request", lambda request: said.append(request.url))
        log_in(page, town, "kaoru")
        page.get_by_role("link", name="チャージ (QRコード)").click()
        page.get_by_role("button", name="カメラで読み取る").click()
        page.wait_for_url("**/charge/code/*/")
        for word in ["ギフトコードの金額", "3,000", "全店共通", "有効期限", "6か月"]:
            expect(page.get_by_role("main")).to_contain_text(word)
        assert total_balance(town.issuer, kaoru.wallet_id) == 0
        take(page)
        expect(page.get_by_role("main")).to_contain_text("3,000")
        page.goto(f"/{town.issuer.code}/history/?show=charges")
        expect(page.get_by_role("listitem").filter(has_text="1. チャージ")).to_contain_text("3,000")
    assert not [url for url in said if code in url.partition("#")[0]]
    assert total_balance(town.issuer, kaoru.wallet_id) == 3000
    wait_until(lambda: bool(mails_to(site, kaoru.email)), what="the charge's mail")
    (mail,) = mails_to(site, kaoru.email)
    assert "チャージ完了のお知らせ" in mail["subject"]


def test_a_card_moves_into_the_wallet_and_the_till_refuses_it(
    browsers: Browsers, site: Site, town: Town, tmp_path: Path
) -> None:
    Issuer.objects.filter(pk=town.issuer.pk).update(cards_may_be_taken=True)
    kaoru = town.add_resident("kaoru")
    code, card = town.card(5000)
    with phone_that_sees(code, browsers, site, tmp_path) as page:
        log_in(page, town, "kaoru")
        page.get_by_role("link", name="加盟店QRコード読取").click()
        page.get_by_role("button", name="カメラで読み取る").click()
        page.wait_for_url("**/charge/code/*/")  # the poster's scanner knows the way
        expect(page.get_by_role("main")).to_contain_text("このカードはお店で使えなくなります")
        take(page)
    assert total_balance(town.issuer, kaoru.wallet_id) == 5000
    card.refresh_from_db()
    assert card.state == "taken"


def test_a_stranger_opens_a_gift_logs_in_and_goes_on(page: Page, town: Town) -> None:
    code, _ = town.gift(3000)
    page.goto(f"/{town.issuer.code}/charge/code/#{grouped(code)}")
    page.get_by_role("link", name="ログイン").click()
    assert "#" not in page.url
    page.locator("#login_id").fill("hanako")
    page.locator("form:has(#login_id) button").click()
    page.wait_for_url("**/login/check/")
    solve_by_keyboard(page)
    send_password(page)
    page.wait_for_url("**/login/code/")
    log_in(page, town)  # the mailed digits are another test's
    page.goto(f"/{town.issuer.code}/charge/code/")
    page.wait_for_url("**/charge/code/*/")
    expect(page.get_by_role("main")).to_contain_text("3,000")
    page.goto(f"/{town.issuer.code}/charge/code/")
    expect(page.get_by_label("番号を入力する")).to_have_value("")
