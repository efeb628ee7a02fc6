"""A till shows an amount, a phone scans it and pays, the till turns green by itself."""

import io

import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from hansatsu.flows.payments.takings import takings_of_day
from tests.support.cashiers import till
from tests.support.phones import log_in, pay
from tests.support.sites import Site
from tests.support.waiting import wait_until
from tests.town import Town


def code_in(page: Page) -> str:
    picture = page.get_by_role("img", name="この金額のQRコード").screenshot()
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)).convert("L"))
    return code.text


def test_the_till_hears_that_its_own_amount_was_paid(
    browser: Browser, page: Page, site: Site, town: Town
) -> None:
    with till(browser, site.url, town, size={"width": 360, "height": 740}) as desk:
        desk.get_by_label("金額を入力").fill("480")
        desk.get_by_role("button", name="お客様のコードを読み取る").click()
        desk.get_by_role("button", name="QRコードを見せて読み取っていただく").click()
        desk.wait_for_url("**/till/ask/*/")
        log_in(page, town)
        page.goto(code_in(desk))
        expect(page.get_by_role("main")).to_contain_text("480")
        page.get_by_role("button", name="お支払確認").click()
        pay(page)
        page.wait_for_url("**/payments/*/?paid=1")
        expect(desk.get_by_role("heading", name="決済完了")).to_be_visible()
        expect(desk.get_by_role("main")).to_contain_text("480")
        assert any("480円、決済完了しました" in each for each in desk.evaluate("window.said"))


def test_an_amount_that_the_till_has_left_can_be_paid_no_more(
    browser: Browser, page: Page, site: Site, town: Town
) -> None:
    with till(browser, site.url, town) as desk:
        desk.get_by_label("金額を入力").fill("480")
        desk.get_by_role("button", name="お客様のコードを読み取る").click()
        desk.get_by_role("button", name="QRコードを見せて読み取っていただく").click()
        desk.wait_for_url("**/till/ask/*/")
        log_in(page, town)
        page.goto(code_in(desk))
        page.get_by_role("button", name="お支払確認").click()
        before = page.url
        desk.go_back()
        desk.wait_for_url("**/shop/**")
        wait_until(
            lambda: (
                "使えなく" in text_of(page, before) or "完了していません" in text_of(page, before)
            ),
            what="the amount to be withdrawn",
        )
        expect(page.get_by_role("button", name="お支払", exact=True)).to_have_count(0)
    assert takings_of_day(town.shop).total == 0


def text_of(page: Page, address: str) -> str:
    page.goto(address)
    return page.get_by_role("main").inner_text()
