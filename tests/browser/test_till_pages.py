"""The shop site's pages in every size, by day and by night: no serious fault for axe, big enough to
be touched and read, the one thing to do in sight."""

from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

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
from tests.support.looking import GRAVE, SIDEWAYS, SMALL_TARGETS, SMALL_TEXT
from tests.support.sites import Site
from tests.support.tills import code_on
from tests.town import Town

SIZES = [PHONE, TABLET, DESKTOP]


def pages(page: Page, town: Town) -> Iterator[str]:
    """Open one page after the other, and each step of a payment."""
    yield "till"
    to_scan(page, "1280")
    yield "scan"
    type_code(page, "12345678901234567890")
    expect(page.get_by_role("alert").filter(has_text="番号が違います。")).to_be_visible()
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


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault_and_everything_is_large_enough(
    browser: Browser,
    site: Site,
    town: Town,
    size: dict[str, int],
    scheme: Literal["light", "dark"],
) -> None:
    faults: list[tuple[str, object]] = []
    with till(browser, site.url, town, size=size) as page:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for name in pages(page, town):
            for fault in Axe().run(page).response["violations"]:
                if fault["impact"] in GRAVE:
                    where = [node["html"][:120] for node in fault["nodes"]]
                    faults.append((name, (fault["id"], where)))
            found = page.evaluate(SMALL_TARGETS) + page.evaluate(SMALL_TEXT)
            faults += [(name, each) for each in found]
            if page.evaluate(SIDEWAYS) > 0:
                faults.append((name, "scrolls sideways"))
    assert faults == []


def test_nothing_is_asked_of_anyone_else_and_no_policy_is_broken(
    browser: Browser, site: Site, town: Town
) -> None:
    elsewhere: list[str] = []
    said: list[str] = []
    with till(browser, site.url, town) as page:
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((site.url, "blob:"))
                else elsewhere.append(request.url)
            ),
        )
        page.on(
            "console",
            lambda message: said.append(message.text) if message.type == "error" else None,
        )
        page.on("pageerror", lambda error: said.append(str(error)))
        for _name in pages(page, town):
            pass
    assert elsewhere == []
    assert [text for text in said if "status of 4" not in text] == []


@pytest.mark.parametrize("size", [{"width": 360, "height": 640}, *SIZES])
def test_the_one_thing_to_do_is_in_sight(
    browser: Browser, site: Site, town: Town, size: dict[str, int]
) -> None:
    with till(browser, site.url, town, size=size) as page:
        scan = page.get_by_role("button", name="お客様のコードを読み取る")
        expect(scan).to_be_in_viewport(ratio=1)
        press(page, "1280")
        expect(page.get_by_label("金額を入力")).to_be_in_viewport(ratio=1)
        shoot(page, code_on(town.device()))
        expect(page.get_by_role("button", name="決済する")).to_be_in_viewport(ratio=1)
        expect(page.locator(".amount--xl")).to_be_in_viewport(ratio=1)
        settle_up(page)
        done(page)
        for part in [".amount--xl", ".sign", "[data-clock]", "[data-next-sale]"]:
            expect(page.locator(part)).to_be_in_viewport(ratio=1)


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


def test_text_grows_to_twice_its_size_without_running_off_the_side(
    browser: Browser, site: Site, town: Town
) -> None:
    with till(browser, site.url, town, size={"width": 360, "height": 740}) as page:
        for name in pages(page, town):
            page.evaluate("document.documentElement.style.fontSize = '200%'")
            assert page.evaluate(SIDEWAYS) <= 0, name
