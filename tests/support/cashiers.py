"""What a cashier does at a till's browser, for browser tests.

Django is set up after this file has been read, so models are imported where they are needed.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from tests.town import Town

DESKTOP = {"width": 1280, "height": 800}
TABLET = {"width": 820, "height": 1180}
LISTENING = """
window.said = [];
window.notes = 0;
speechSynthesis.speak = (words) => window.said.push(words.text);
const begin = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (at) { window.notes += 1; begin.call(this, at); };
"""
"""Keeps what the page says and how many notes it plays."""


@contextmanager
def till(
    browser: Browser,
    url: str,
    town: Town,
    *,
    shop_code: str = "S0001",
    size: dict[str, int] = DESKTOP,
    javascript: bool = True,
    manager: bool = False,
) -> Iterator[Page]:
    """A browser of its own at a shop's till, logged in as a new cashier, or a manager with the
    second factor. It may use the camera."""
    context = browser.new_context(
        base_url=url,
        viewport=size,  # type: ignore[arg-type]
        locale="ja-JP",
        timezone_id="Asia/Tokyo",
        permissions=["camera"],
        java_script_enabled=javascript,
    )
    context.add_init_script(LISTENING)
    try:
        page = context.new_page()
        log_in(page, town, shop_code, manager=manager)
        yield page
    finally:
        context.close()


def log_in(page: Page, town: Town, shop_code: str = "S0001", *, manager: bool = False) -> None:
    """Be logged in as a new cashier or manager of the shop, at the till. The real way in is
    ``tests/web/test_shop_login.py``'s and that of the journeys."""
    from hansatsu.parties.shops.models import Shop
    from tests.support.tills import Till, hire

    shop = Shop.objects.of(town.issuer).get(code=shop_code)
    cookies = Till(shop, hire(shop, role="manager" if manager else "cashier")).client.cookies
    page.context.add_cookies(
        [
            {"name": name, "value": each.value, "url": settings.SITE_URL, "httpOnly": True}
            for name, each in cookies.items()
        ]
    )
    page.goto("/shop/")
    page.wait_for_url("**/shop/")


def press(page: Page, amount: str) -> None:
    """Press the amount on the pad."""
    for digit in amount:
        page.get_by_role("group", name="数字").get_by_role("button", name=digit, exact=True).click()


def to_scan(page: Page, amount: str) -> None:
    """With the amount on to the code."""
    press(page, amount)
    page.get_by_role("button", name="お客様のコードを読み取る").click()
    expect(page.get_by_label("コードの番号を入力")).to_be_visible()


def type_code(page: Page, code: str) -> None:
    """Type the code, and 次へ."""
    page.get_by_label("コードの番号を入力").fill(code)
    page.get_by_role("button", name="次へ").click()


def shoot(page: Page, code: str, *, end: str = "\r", gap: float = 0.01) -> None:
    """Scan with a USB scanner: its keystrokes, a hundred a second, and Enter. They carry their
    times with them, so that a busy machine does not make a slow scanner of it.

    Args:
        page: of the till.
        code: what is scanned.
        end: what the scanner types after it.
        gap: seconds between two keys.
    """
    session = page.context.new_cdp_session(page)
    at = time.time()
    for place, text in enumerate([*code, *end]):
        key = {
            "key": "Enter" if text == "\r" else text,
            "windowsVirtualKeyCode": ord(text),
            "timestamp": at + place * gap,
        }
        session.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": text, **key})
        session.send("Input.dispatchKeyEvent", {"type": "keyUp", **key})
    session.detach()


def to_confirm(page: Page, amount: str, code: str) -> None:
    """From the empty till to the confirm page."""
    press(page, amount)
    shoot(page, code)
    expect(page.get_by_role("button", name="決済する")).to_be_visible()
    page.wait_for_load_state()  # who presses before the script is there pays too, without sound


def settle_up(page: Page) -> None:
    """Press 決済する."""
    page.get_by_role("button", name="決済する").click()


def done(page: Page) -> None:
    """It was paid, and the screen says so."""
    expect(page.get_by_role("heading", name="決済完了")).to_be_visible()
    assert page.url.endswith("/?paid=1")
