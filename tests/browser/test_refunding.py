"""A manager gives a part of a payment back; the resident sees it and is written to."""

import pytest
from playwright.sync_api import Browser, Page, expect

from hansatsu.database.connections import ledger_connection
from hansatsu.ledger import api as ledger
from tests.support.cashiers import TABLET, till
from tests.support.inbox import mails_to
from tests.support.phones import log_in
from tests.support.sites import Site
from tests.support.waiting import wait_until
from tests.town import Town


def lots(town: Town) -> dict[int, int]:
    found = ledger.lots(ledger_connection(), town.issuer.pk, town.resident.wallet_id)
    return {lot.lot_id: lot.balance for lot in found}


def test_200_of_500_go_back(browser: Browser, page: Page, site: Site, town: Town) -> None:
    """300 of the lot that expires first and 200 of the next one pay; 200 go back to the latter."""
    before = lots(town)
    number = town.pay(town.resident, town.shop, 500).number
    paid = lots(town)
    (used_last,) = [lot for lot in paid if before[lot] - paid[lot] == 200]
    with till(browser, site.url, town, size=TABLET, manager=True) as desk:
        desk.goto(f"/shop/payments/{number}/")
        desk.get_by_role("link", name="取消(お返しする)").click()
        desk.get_by_label("取り消す金額").fill("200")
        desk.get_by_label("金額の打ち間違い").check()
        desk.get_by_role("button", name="確認へ進む").click()
        expect(desk.get_by_role("main")).to_contain_text("お客様に取り消す金額")
        expect(desk.locator(".amount--xl")).to_contain_text("200")
        desk.get_by_role("button", name="取り消す").click()
        expect(desk.get_by_role("status")).to_contain_text("取り消しました")
        expect(desk.locator(".amount--xl")).to_contain_text("-200")
    assert lots(town) == paid | {used_last: paid[used_last] + 200}
    log_in(page, town)
    page.goto(f"/{town.issuer.code}/history/")
    row = page.locator(".list__item").first
    expect(row).to_contain_text("取消")
    expect(row.locator("summary .amount")).to_have_text("-200円分")
    row.locator("summary").click()
    expect(row.locator(".opening__body")).to_contain_text("-200")
    expect(page.locator("summary .amount").nth(1)).to_have_text("500円分")
    mail: list[dict[str, str]] = []

    def arrived() -> bool:
        mail[:] = [m for m in mails_to(site, town.resident.email) if "返金" in m["subject"]]
        return bool(mail)

    wait_until(arrived, seconds=30, what="the mail")
    for said in ("200円", "天王洲飯店", str(number)):
        assert said in mail[0]["text"]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_seven_digits_are_whole_on_the_narrowest_phone(page: Page, language: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"/gallery/?languageCd={language}")
    field = page.locator("#gallery-amount")
    field.fill("9,999,999")
    assert field.evaluate("field => field.scrollWidth <= field.clientWidth")
