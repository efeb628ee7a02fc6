"""Support finds a resident by a payment's number, freezes the wallet, moves a lost card's value to
a new card, and books a correction that a second person approves."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from hansatsu.database.connections import ledger_connection
from hansatsu.ledger import api as ledger
from hansatsu.parties.cards.models import Card
from hansatsu.parties.wallets.selectors import total_balance
from tests.support.clerks import Desk
from tests.support.inbox import mails_to
from tests.support.looking import Looker
from tests.support.sites import Site
from tests.support.waiting import wait_until
from tests.town import Town

SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
SIZES = [{"width": 1280, "height": 800}, {"width": 360, "height": 740}]


@pytest.mark.parametrize("size", SIZES, ids=["desktop", "phone"])
def test_from_a_number_to_a_correction(
    browser: Browser, site: Site, town: Town, size: dict[str, int]
) -> None:
    number = town.pay(town.resident, town.shop, 500).number or ""
    code, card = town.card(800)
    page, leave = enter(browser, site, Desk(town.issuer, "support"), size)
    lookers = [Looker(page, site.url, [size])]

    def look(name: str) -> None:
        lookers[-1].look(name, ours=False)
        assert page.evaluate(SIDEWAYS) <= 0, name

    page.goto("/console/support/")
    find(page, number)
    look("found")
    page.get_by_role("link", name="小＊ 花＊").click()
    expect(page.get_by_role("heading", name="できごと")).to_be_visible()
    look("resident")
    page.get_by_role("link", name="個人情報を表示").click()
    why(page, "本人から電話", "表示する")
    expect(page.get_by_text("小山 花子")).to_be_visible()
    look("personal data")

    page.goto(f"/console/support/residents/{town.resident.pk}/")
    page.get_by_role("link", name="ウォレットを停止").click()
    look("freeze")
    why(page, "電話機の紛失", "停止する")
    expect(page.get_by_text("ウォレットを停止しました。")).to_be_visible()
    connection = ledger_connection()
    state = ledger.wallet_state(connection, town.issuer.pk, town.resident.wallet_id)
    assert state == "frozen"

    page.goto("/console/support/")
    find(page, code)
    page.get_by_role("link", name=f"…{code[-4:]}").click()
    look("card")
    page.get_by_role("link", name="新しいカードに再発行").click()
    look("reissue")
    why(page, "カードの紛失", "再発行する")
    expect(page.get_by_text("新しいカードに再発行しました。")).to_be_visible()
    look("new card")
    new = Card.objects.get(replaces=card)
    assert total_balance(town.issuer, new.wallet_id) == 800
    # who reissues a card does not get its file
    expect(page.get_by_role("link", name="印刷ファイルを受け取る")).to_have_count(0)

    page.goto(f"/console/support/residents/{town.resident.pk}/")
    page.get_by_role("link", name="残高を減らす訂正").click()
    page.get_by_label("減らす残高").select_option(index=0)
    page.get_by_label("減らす金額(円)").fill("200")
    look("correction")
    why(page, "二重に給付", "申請する")
    expect(page.get_by_text("申請しました。")).to_be_visible()
    expect(page.get_by_role("link", name="承認する")).to_have_count(0)
    look("proposed")
    proposal = page.url
    leave()

    held = total_balance(town.issuer, town.resident.wallet_id)
    page, leave = enter(browser, site, Desk(town.issuer, "operator"), size)
    lookers.append(Looker(page, site.url, [size]))
    page.goto(f"/console/support/cards/{new.pk}/")
    page.get_by_role("link", name="印刷ファイルを受け取る").click()
    look("card file")
    page.get_by_label("理由").fill("印刷する")
    with page.expect_download() as download:
        page.get_by_role("button", name="ダウンロードする").click()
    assert download.value.path().read_bytes().startswith(b"%PDF")
    page.goto("/console/correction/")
    look("corrections")
    page.goto(proposal)
    page.get_by_role("link", name="承認する").click()
    look("approve")
    why(page, "伝票を確認", "承認する")
    expect(page.get_by_text("承認しました。")).to_be_visible()
    look("approved")
    assert total_balance(town.issuer, town.resident.wallet_id) == held - 200
    page.goto(f"/console/support/residents/{town.resident.pk}/")
    expect(page.locator("[data-kind='entry:correction']")).to_contain_text("-200")
    look("told")
    leave()

    def is_told() -> bool:
        mails = mails_to(site, town.resident.email)
        return any("残高訂正" in each["subject"] and "-200円" in each["text"] for each in mails)

    wait_until(is_told, what="the mail")
    assert [fault for looker in lookers for fault in looker.faults] == []


def enter(
    browser: Browser, site: Site, desk: Desk, size: dict[str, int]
) -> tuple[Page, Callable[[], None]]:
    """A browser of somebody who has logged in."""
    context = browser.new_context(
        base_url=site.url,
        locale="ja-JP",
        viewport=size,  # type: ignore[arg-type]
    )
    context.add_cookies(
        [
            {"name": name, "value": morsel.value, "url": site.url}
            for name, morsel in desk.client.cookies.items()
        ]
    )
    return context.new_page(), context.close


def find(page: Page, text: str) -> None:
    """Look for what somebody says."""
    page.locator("input[name=text]").fill(text)
    page.get_by_role("button", name="探す").click()
    expect(page.get_by_role("columnheader", name="種類")).to_be_visible()


def why(page: Page, reason: str, button: str) -> None:
    """Say why, and do it."""
    page.get_by_label("理由").fill(reason)
    page.get_by_role("button", name=button, exact=True).click()
