"""チャージ (購入) on a phone: two units by card with 3-D Secure, one unit at a convenience
store; with the worker, real webhooks and mails."""

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.support.inbox import mails_to
from tests.support.phones import log_in
from tests.support.sites import Site
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from tests.support.buying import Stall


@pytest.fixture
def stall() -> "Stall":
    from tests.support.buying import Stall
    from tests.town import make_town

    return Stall(make_town())


def to_methods(page: Page, stall: "Stall", units: int) -> None:
    """From the top page to お支払い方法."""
    text, _ = stall.code(units)
    page.goto(f"/{stall.town.issuer.code}/")
    page.get_by_role("link", name="チャージ (購入)").click()
    page.get_by_role("link", name=re.compile(rf"\({units}口\)")).click()
    page.get_by_label("購入コード").fill(text)
    page.get_by_role("button", name="次へ").click()
    expect(page.get_by_text("払い戻しはできません。")).to_be_visible()
    page.get_by_role("button", name="お支払い方法を選ぶ").click()
    expect(page.get_by_text("お支払い方法を選択してください")).to_be_visible()


def lots(page: Page, stall: "Stall") -> list[str]:
    """The wallet's lots, as 残高詳細 shows them."""
    page.goto(f"/{stall.town.issuer.code}/balance/")
    return page.locator(".lot").all_inner_texts()


def await_mail(site: Site, stall: "Stall", subject: str, number: str) -> dict[str, str]:
    """The one mail of this subject about the order ``number``."""

    def found() -> list[dict[str, str]]:
        mails = mails_to(site, stall.town.resident.email)
        return [mail for mail in mails if subject in mail["subject"] and number in mail["text"]]

    wait_until(lambda: bool(found()), what=f"a mail: {subject}")
    (mail,) = found()
    return mail


def test_two_units_by_card_with_3d_secure(page: Page, site: Site, stall: "Stall") -> None:
    log_in(page, stall.town)
    to_methods(page, stall, 2)
    page.get_by_role("button", name="クレジットカード").click()
    page.wait_for_url("**/sandbox-pay/**")
    page.go_back()  # and forth again: it is the same page
    page.get_by_role("button", name="クレジットカード").click()
    page.get_by_label("カード番号").fill("4000 0000 0000 0002")
    page.get_by_role("button", name="支払う", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("承認されませんでした")
    page.get_by_label("カード番号").fill("4000 0000 0000 3220")
    page.get_by_role("button", name="支払う", exact=True).click()
    page.get_by_role("button", name="認証する").click()
    expect(page.get_by_text("チャージが完了しました。")).to_be_visible()
    expect(page.get_by_text("26,000")).to_be_visible()
    page.wait_for_url(re.compile(r"/orders/\d+/(\?done=1)?$"))
    number = page.url.partition("?")[0].rstrip("/").rpartition("/")[2]
    shown = "\n".join(lots(page, stall))
    for words in ("16,000", "10,000", "2027年3月31日"):
        assert words in shown
    await_mail(site, stall, "購入コード受付のお知らせ", number)
    mail = await_mail(site, stall, "チャージ完了のお知らせ", number)
    for words in ("小山市共通商品券 (2口)", "20,000円", "16,000円", "10,000円", "2027/03/31"):
        assert words in mail["text"]


def test_one_unit_at_a_convenience_store(page: Page, site: Site, stall: "Stall") -> None:
    log_in(page, stall.town)
    to_methods(page, stall, 1)
    page.get_by_role("button", name="コンビニ").click()
    page.get_by_role("button", name="お支払い番号を発行する").click()
    expect(page.get_by_text("コンビニでのお支払いを待っています。")).to_be_visible()
    page.get_by_text("ローソン").click()
    expect(page.get_by_text("Loppi").first).to_be_visible()
    payment_code = page.locator("details[open] .slip__number").first.inner_text()
    order = page.url.partition("?")[0]
    number = order.rstrip("/").rpartition("/")[2]
    mail = await_mail(site, stall, "コンビニでのお支払いのご案内", number)
    assert payment_code in mail["text"]
    with page.context.new_page() as store:
        store.goto(order)
        store.get_by_role("link", name="お支払い会社のご案内ページ").click()
        store.get_by_role("button", name="店頭で支払う").click()
        expect(store.get_by_text("お支払いは済んでいます。")).to_be_visible()
    expect(page.get_by_text("チャージが完了しました。")).to_be_visible(timeout=30_000)
    shown = "\n".join(lots(page, stall))
    for words in ("8,000", "5,000", "2027年3月31日"):
        assert words in shown
    await_mail(site, stall, "チャージ完了のお知らせ", number)


def test_two_tabs_with_one_code_and_back_after_paying(page: Page, stall: "Stall") -> None:
    """Both tabs go on with one order; the pages that lie behind lead to what became of it."""
    log_in(page, stall.town)
    text, _ = stall.code(1)
    with page.context.new_page() as other:
        for tab in (page, other):
            tab.goto(f"/{stall.town.issuer.code}/charge/{stall.products[0].pk}/")
            tab.get_by_label("購入コード").fill(text)
        for tab in (page, other):
            tab.get_by_role("button", name="次へ").click()
        other.get_by_role("link", name="手続きをつづける").click()
        for tab in (page, other):
            expect(tab.get_by_text("払い戻しはできません。")).to_be_visible()
        assert page.url == other.url
        for tab in (page, other):
            tab.get_by_role("button", name="お支払い方法を選ぶ").click()
        page.get_by_role("button", name="クレジットカード").click()
        page.wait_for_url("**/sandbox-pay/**")
        other.get_by_role("button", name="クレジットカード").click()
        other.wait_for_url("**/sandbox-pay/**")
        assert page.url == other.url
        for tab in (page, other):
            tab.get_by_label("カード番号").fill("4242 4242 4242 4242")
        page.get_by_role("button", name="支払う", exact=True).click()
        expect(page.get_by_text("チャージが完了しました。")).to_be_visible()
        other.get_by_role("button", name="支払う", exact=True).click()
        expect(other.get_by_text("お支払いは済んでいます。")).to_be_visible()
    page.go_back()
    expect(page.get_by_text("お支払いは済んでいます。")).to_be_visible()
    page.get_by_role("link", name="ご購入のページへ戻る").click()
    expect(page.get_by_text("13,000")).to_be_visible()
    assert len(lots(page, stall)) == 2
