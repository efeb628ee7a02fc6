"""加盟店QRコード読取 with a real reader and a camera that looks at a film: guide, B."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect

from hansatsu.formats.qr.mpm import ShopCode, account_identifier, write_shop_code
from hansatsu.formats.qr.poster import poster_url
from tests.support.browsers import Browsers, phone
from tests.support.camera import FLAGS, NO_CAMERA, camera_flags, film, photo
from tests.support.inbox import mails_of_payments
from tests.support.phones import log_in, pay
from tests.support.sites import Site
from tests.support.waiting import wait_until
from tests.town import Town, make_town


@contextmanager
def phone_that_sees(text: str, browsers: Browsers, site: Site, folder: Path) -> Iterator[Page]:
    browser = browsers.start(*camera_flags(film(folder / "camera.y4m", text)))
    with phone(browser, site.url, permissions=("camera",)) as page:
        yield page
    browser.close()


def scan(page: Page) -> None:
    page.get_by_role("link", name="加盟店QRコード読取").click()
    page.get_by_role("button", name="カメラで読み取る").click()


def test_hanako_scans_a_poster_pays_and_finds_it_everywhere(
    browsers: Browsers, site: Site, town: Town, tmp_path: Path
) -> None:
    kaoru = town.add_resident("kaoru", email=f"kaoru@{town.issuer.code.lower()}.example.jp")
    for emoney, amount in [(town.small_shops, 300), (town.all_shops, 1200)]:
        town.charge(kaoru, emoney, amount)
    poster = poster_url(site.url, town.issuer.code, "S0001")
    with phone_that_sees(poster, browsers, site, tmp_path) as page:
        log_in(page, town, "kaoru")
        expect(page.get_by_text("1,500")).to_be_visible()
        scan(page)
        page.wait_for_url("**/pay/S0001")
        expect(page.get_by_text("天王洲飯店")).to_be_visible()
        page.get_by_label("お支払い金額").fill("５００")
        page.get_by_role("button", name="お支払確認").click()

        before = page.get_by_role("list", name="ご利用になる残高").get_by_role("listitem")
        expect(before.nth(0)).to_contain_text("中小店舗限定")
        expect(before.nth(0)).to_contain_text("300")
        expect(before.nth(1)).to_contain_text("全店共通")
        expect(before.nth(1)).to_contain_text("200")
        expect(before.nth(2)).to_contain_text("1,000")

        pay(page)
        page.wait_for_url("**/payments/*/?paid=1")
        expect(page.get_by_role("heading", name="決済完了")).to_be_visible()
        for said in ["天王洲飯店", "500", "中小店舗限定", "全店共通", "1,000"]:
            expect(page.get_by_role("main")).to_contain_text(said)
        number = page.url.removesuffix("/?paid=1").rpartition("/")[2]
        assert number.startswith(town.issuer.payment_prefix)

        page.goto(f"/{town.issuer.code}/balance/")
        expect(page.get_by_role("region", name="あなたの残高")).to_contain_text("1,000")
        page.goto(f"/{town.issuer.code}/history/")
        row = page.get_by_role("listitem").filter(has_text="1. 天王洲飯店")
        expect(row).to_contain_text(number)
        row.locator("summary").click()
        expect(row).to_contain_text("中小店舗限定")

    wait_until(lambda: bool(mails_of_payments(site, kaoru.email)), what="the payment's mail")
    (mail,) = mails_of_payments(site, kaoru.email)
    assert number in mail["text"]


def test_an_emvco_code_fills_in_its_amount(
    browsers: Browsers, site: Site, town: Town, tmp_path: Path
) -> None:
    account = account_identifier(f"{site.url}/{town.issuer.code}/")
    code = write_shop_code(ShopCode("S0001", 800), account=account, name="T", city="Oyama")
    with phone_that_sees(code, browsers, site, tmp_path) as page:
        log_in(page, town)
        scan(page)
        page.wait_for_url("**/pay/S0001?amount=800")
        expect(page.get_by_label("お支払い金額")).to_have_value("800")


def test_another_issuers_poster_is_refused_in_words(
    browsers: Browsers, site: Site, town: Town, tmp_path: Path
) -> None:
    poster = poster_url(site.url, make_town().issuer.code, "S0001")
    with phone_that_sees(poster, browsers, site, tmp_path) as page:
        log_in(page, town)
        scan(page)
        expect(page.get_by_role("alert")).to_contain_text("お店のものではありません")


def test_a_code_of_somewhere_else_is_never_opened(
    browsers: Browsers, site: Site, town: Town, tmp_path: Path
) -> None:
    with phone_that_sees("https://evil.example/OEM/pay/S1", browsers, site, tmp_path) as page:
        log_in(page, town)
        scan(page)
        expect(page.get_by_role("alert")).to_contain_text("お店のものではありません")
        assert page.url.startswith(site.url)


def test_without_a_camera_the_page_says_what_to_do_and_a_photo_serves(
    page: Page, site: Site, town: Town, tmp_path: Path
) -> None:
    log_in(page, town)
    scan(page)
    expect(page.get_by_text("カメラを使えませんでした。")).to_be_visible()
    taken = photo(tmp_path / "poster.png", poster_url(site.url, town.issuer.code, "S0002"))
    page.get_by_label("QRコードの写真").set_input_files(taken)
    page.wait_for_url("**/pay/S0002")


def test_a_photo_without_a_code_says_what_to_do(page: Page, town: Town, tmp_path: Path) -> None:
    log_in(page, town)
    page.goto(f"/{town.issuer.code}/scan/")
    (tmp_path / "no.png").write_bytes(b"no picture")
    page.get_by_label("QRコードの写真").set_input_files(tmp_path / "no.png")
    expect(page.get_by_text("写真からQRコードを読み取れませんでした。")).to_be_visible()


def test_a_shop_number_serves_and_a_wrong_one_is_told(page: Page, town: Town) -> None:
    log_in(page, town)
    page.goto(f"/{town.issuer.code}/scan/")
    page.get_by_label("お店の番号を入力する").fill("S9999")
    page.get_by_role("button", name="次へ").click()
    expect(page.get_by_role("alert")).to_contain_text("番号「S9999」のお店は見つかりません")
    page.get_by_label("お店の番号を入力する").fill("ｓ０００１")
    page.get_by_role("button", name="次へ").click()
    page.wait_for_url("**/pay/S0001")


def test_a_camera_that_is_taken_away_shows_no_dead_picture(
    browsers: Browsers, site: Site, town: Town
) -> None:
    browser = browsers.start(*FLAGS)
    with phone(browser, site.url, permissions=("camera",)) as page:
        log_in(page, town)
        scan(page)
        expect(page.get_by_text("QRコードを枠の中に入れてください。")).to_be_visible()
        page.evaluate(NO_CAMERA)
        page.evaluate("document.querySelector('video').srcObject.getTracks()[0].stop()")
        expect(page.get_by_role("button", name="カメラで読み取る")).to_be_visible()
        expect(page.get_by_role("status").filter(has_text="カメラ")).to_be_visible()
    browser.close()
