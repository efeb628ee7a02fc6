"""A clerk's desk in a browser."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page

from hansatsu.parties.identity.models import Staff
from tests.support.cashiers import DESKTOP
from tests.support.clerks import Desk


@contextmanager
def at_desk(browser: Browser, url: str, staff: Staff) -> Iterator[Page]:
    """A browser of its own on the console's ホーム, where somebody has just come in. The real way
    in is that of ``tests/browser/test_own_town.py``."""
    with desktop(browser, url) as page:
        cookies = Desk(staff.issuer, staff=staff).client.cookies
        page.context.add_cookies(
            [
                {"name": name, "value": each.value, "url": url, "httpOnly": True}
                for name, each in cookies.items()
            ]
        )
        page.goto("/console/")
        yield page


@contextmanager
def desktop(browser: Browser, url: str) -> Iterator[Page]:
    """A page in a browser of its own, at a desk in Japan."""
    context = browser.new_context(
        base_url=url,
        viewport=DESKTOP,  # type: ignore[arg-type]
        locale="ja-JP",
        timezone_id="Asia/Tokyo",
    )
    try:
        yield context.new_page()
    finally:
        context.close()
