"""What a resident does on a phone, for browser tests."""

from django.conf import settings
from playwright.sync_api import Page, expect

from hansatsu.parties.identity.models import Puzzle, Resident
from tests.support.clients import Visitor
from tests.town import PASSWORD, Town


def log_in(page: Page, town: Town, login_id: str = "hanako") -> None:
    """Be logged in without the work of a log-in, on the top page. The real way in is
    ``tests/browser/test_login.py``'s."""
    resident = Resident.objects.of(town.issuer).get(login_id=login_id)
    visitor = Visitor.logged_in(resident)
    key = visitor.client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [
            {
                "name": settings.SESSION_COOKIE_NAME,
                "value": key,
                "url": settings.SITE_URL,
                "httpOnly": True,
            }
        ]
    )
    page.goto(f"/{town.issuer.code}/")
    page.wait_for_url(f"**/{town.issuer.code}/")


def target(page: Page) -> int:
    """Where the piece on the page belongs; only a test can look."""
    key = page.locator("[name=puzzle]").input_value()
    return Puzzle.objects.get(key=key).target


def to_check(page: Page, town: Town, login_id: str = "hanako", path: str = "login/") -> None:
    """From ログインID to 認証; ``path`` is the page that the log-in leads back to."""
    page.goto(f"/{town.issuer.code}/{path}")
    page.locator("#login_id").fill(login_id)
    page.locator("form:has(#login_id) button").click()
    page.wait_for_url("**/login/check/")


def solve_by_keyboard(page: Page) -> None:
    """Bring the puzzle's piece home by keys: a tenth of the way at a time, then step by step."""
    slider = page.get_by_role("slider")
    slider.focus()
    wanted = target(page)
    tenth = int(slider.get_attribute("max") or 0) / 10
    for _ in range(int(wanted / tenth) - 1):
        page.keyboard.press("PageUp")
    while int(slider.input_value()) + 2 < wanted:
        page.keyboard.press("ArrowRight")


def send_password(page: Page, password: str = PASSWORD) -> None:
    """Type the password and go on."""
    page.locator("#password").fill(password)
    page.locator("form[data-login] button[type=submit]").click()


def to_confirm(page: Page, town: Town, amount: str, shop: str = "S0001") -> None:
    """From the shop's page, with the amount, to お支払確認."""
    page.goto(f"/{town.issuer.code}/pay/{shop}")
    page.get_by_label("お支払い金額").fill(amount)
    page.get_by_role("button", name="お支払確認").click()
    expect(page.get_by_text("お店の方にこの画面をお見せください")).to_be_visible()
    page.wait_for_load_state()  # who presses before the script is there pays too, without it


def to_offer(page: Page, town: Town, code: str) -> None:
    """Type a gift code or a card's; see what it holds."""
    page.goto(f"/{town.issuer.code}/charge/code/")
    page.get_by_label("番号を入力する").fill(code)
    page.get_by_role("button", name="次へ").click()
    page.get_by_role("heading", name="使えるお店").wait_for()


def pay(page: Page) -> None:
    """Press お支払."""
    page.get_by_role("button", name="お支払", exact=True).click()
