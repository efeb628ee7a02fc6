"""The shop site's pages in every size, by day and by night: no serious fault for axe, big enough to
be touched and read, the one thing to do in sight."""

from collections.abc import Iterator

from playwright.sync_api import Browser, Locator, Page, expect

from hansatsu.flows.settlement.rules import rules_of
from tests.support.browsers import PHONE
from tests.support.cashiers import (
    DESKTOP,
    TABLET,
    done,
    press,
    settle_up,
    shoot,
    till,
    to_scan,
    type_code,
)
from tests.support.looking import Looker
from tests.support.settled import close, statement_of
from tests.support.sites import Site
from tests.support.tills import code_on
from tests.town import Town

SIZES = [PHONE, TABLET, DESKTOP]
SMALL_PHONE = {"width": 360, "height": 640}


def pages(page: Page, town: Town) -> Iterator[str]:
    """Open one page after the other, and each step of a payment."""
    yield "till"
    to_scan(page, "1280")
    yield "scan"
    type_code(page, "12345678901234567890")
    expect(page.get_by_role("alert").filter(has_text="ほかのアプリのコードです。")).to_be_visible()
    yield "refused"
    type_code(page, code_on(town.device()))
    page.wait_for_url("**/till/confirm/**")
    yield "confirm"
    settle_up(page)
    done(page)
    yield "paid"
    page.goto(page.url.partition("?")[0])
    yield "payment"
    for path in ["", "today/", "qr/", "nothing/"]:
        page.goto(f"/shop/{path}")
        yield path
    page.context.clear_cookies()
    page.goto("/shop/login/")
    yield "login"


def test_every_page(browser: Browser, site: Site, town: Town) -> None:
    with till(browser, site.url, town, size=PHONE) as page:
        looker = Looker(page, site.url, SIZES)
        for name in pages(page, town):
            looker.look(name)
    assert looker.faults == []


def managers_pages(page: Page, town: Town) -> Iterator[str]:
    """Open every page of a manager: the books, a refund, staff, terminals, keys, webhooks."""
    number = town.pay(town.resident, town.shop, 500).number
    for path in [
        *("menu/", "payments/", f"payments/?q={number}", "payments/day/"),
        *(f"payments/{number}/", f"payments/{number}/slip/", "card/", "statements/"),
        *("staff/", "staff/new/", "terminals/", "terminals/new/", "webhooks/", "webhooks/new/"),
        *("settings/", "audit/", "me/", "me/passkeys/", "prove/"),
    ]:
        page.goto(f"/shop/{path}")
        yield path
    closing = close(town.issuer)
    rules = rules_of(town.issuer)
    rules.on_demand = True
    rules.save()
    line = statement_of(closing, town.shop).lines.first()
    assert line is not None
    for path in ("", f"{closing.number}/", f"{closing.number}/lines/{line.pk}/", "early/"):
        page.goto(f"/shop/statements/{path}")
        yield f"statements/{path}"
    page.goto(f"/shop/payments/{number}/refund/")
    page.get_by_role("button", name="確認へ進む").click()
    yield "refund: nothing typed"
    page.get_by_label("取り消す金額").fill("200")
    page.get_by_label("金額の打ち間違い").check()
    page.get_by_role("button", name="確認へ進む").click()
    yield "refund: confirm"
    town.refund(number, 100)
    page.get_by_role("button", name="取り消す").click()
    page.get_by_text("100円(事務局)").wait_for()
    yield "refund: asked again"
    page.get_by_role("button", name="もう一度取り消す").click()
    page.get_by_role("status").wait_for()
    yield "refund: done"
    page.goto("/shop/card/")
    page.get_by_label("カードの番号").fill(town.card(500)[0])
    page.locator("main form button").last.click()
    yield "card: balance"
    page.goto("/shop/staff/")
    page.locator("main a[href^='/shop/staff/']").first.click()
    yield "staff: one"
    page.goto("/shop/terminals/new/")
    page.locator("main form input[type=text]").first.fill("レジ7")
    page.locator("main form button").last.click()
    page.wait_for_url("**/terminals/*/**")
    yield "terminal: one"


def test_every_page_of_a_manager(browser: Browser, site: Site, town: Town) -> None:
    with till(browser, site.url, town, size=PHONE, manager=True) as page:
        looker = Looker(page, site.url, SIZES)
        for name in managers_pages(page, town):
            looker.look(name)
    assert looker.faults == []


def test_a_receipt_is_as_wide_as_its_paper(browser: Browser, site: Site, town: Town) -> None:
    number = town.pay(town.resident, town.shop, 500).number
    with till(browser, site.url, town, size=DESKTOP) as page:
        page.goto(f"/shop/payments/{number}/slip/")
        page.emulate_media(media="print")
        box = page.locator(".receipt").bounding_box()
        assert box is not None
        assert 290 < box["width"] < 310  # 80 mm


def test_the_one_thing_to_do_is_in_sight(browser: Browser, site: Site, town: Town) -> None:
    with till(browser, site.url, town, size=PHONE) as page:
        scan = page.get_by_role("button", name="お客様のコードを読み取る")
        in_sight(page, scan)
        press(page, "1280")
        in_sight(page, page.get_by_label("金額を入力"))
        shoot(page, code_on(town.device()))
        confirm = page.get_by_role("button", name="決済する")
        confirm.wait_for()
        in_sight(page, confirm, page.locator(".amount--xl"))
        settle_up(page)
        done(page)
        parts = [".amount--xl", ".sign", "[data-clock]", "[data-next-sale]"]
        in_sight(page, *map(page.locator, parts))


def in_sight(page: Page, *parts: Locator) -> None:
    """All of these without scrolling, on a screen of any size."""
    for size in [SMALL_PHONE, *SIZES]:
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.evaluate("scrollTo(0, 0)")
        for part in parts:
            expect(part).to_be_in_viewport(ratio=1)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]


def test_today_stands_beside_the_pad_on_a_desktop_and_below_it_on_a_phone(
    browser: Browser, site: Site, town: Town
) -> None:
    with till(browser, site.url, town) as page:
        pad, today = page.locator(".till__desk"), page.locator(".till__today")
        boxes = pad.bounding_box(), today.bounding_box()
        assert boxes[0] is not None
        assert boxes[1] is not None
        assert boxes[1]["x"] >= boxes[0]["x"] + boxes[0]["width"]
        page.set_viewport_size({"width": 360, "height": 740})
        boxes = pad.bounding_box(), today.bounding_box()
        assert boxes[0] is not None
        assert boxes[1] is not None
        assert boxes[1]["y"] >= boxes[0]["y"] + boxes[0]["height"]
