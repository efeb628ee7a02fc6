"""Pages of shops, programs and settings in the console: no serious fault for axe, nothing asked of
others, nothing off the side, by day and by night, with text of twice its size as well."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.support.browsers import PHONE
from tests.support.cashiers import DESKTOP, TABLET
from tests.support.clerks import employ
from tests.support.looking import Looker
from tests.support.sites import Site
from tests.support.things import Things
from tests.support.tills import new_code
from tests.town import PASSWORD, Town

LISTS = [
    *("", "shop/", "area/", "category/", "emoney/", "sale/", "product/", "making/"),
    *("purchasecode/", "giftcode/", "auditentry/", "staff/", "settings/", "passkeys/", "batch/"),
    *("settings/closing/", "accountversion/", "settings/settlement/", "settings/fee-classes/"),
]
FORMS = [
    *("shops/new/", "shops/import/", "shops/posters/", "areas/new/", "emoneys/new/"),
    *("sales/new/", "products/new/", "makings/codes/", "makings/gifts/", "makings/cards/"),
    *("settings/office/", "settings/rules/", "settings/closing/new/", "settings/terms/"),
    *("settings/logo/", "settings/settlement/account/", "settings/settlement/days/"),
    *("settings/settlement/file/", "settings/settlement/transfer-fees/"),
    *("settings/settlement/on-demand/", "settings/fee-classes/new/", "settings/fee-classes/move/"),
    "settings/legal/privacy/",
]


@pytest.fixture
def desk(browser: Browser, site: Site, town: Town) -> Iterator[tuple[Page, Things]]:
    """An owner at their desk, in a town with something of everything."""
    staff = employ(town.issuer)
    things = Things(town, staff)
    context = browser.new_context(
        base_url=site.url,
        viewport=DESKTOP,  # type: ignore[arg-type]
        locale="ja-JP",
        timezone_id="Asia/Tokyo",
    )
    page = context.new_page()
    page.goto("/console/")
    page.locator("#login_id").fill(staff.login_id)
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="ログイン").click()
    page.locator("#code").fill(new_code(staff))
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/")
    yield page, things
    context.close()


def pages(page: Page, town: Town, things: Things) -> Iterator[str]:
    """Open one page after the other."""
    single = [
        *(f"shop/{town.shop.pk}/", f"shops/{town.shop.pk}/takes/", f"shops/{town.shop.pk}/stop/"),
        *(f"emoney/{town.all_shops.pk}/", f"emoneys/{town.all_shops.pk}/accept/"),
        *(f"batch/{things.batch.pk}/", f"shops/batches/{things.batch.pk}/undo/"),
        *(f"accountversion/{things.account.pk}/", f"accounts/{things.of_another.pk}/approve/"),
        f"shops/batches/{things.file_of_another.pk}/accounts/",
        *(f"making/{things.making.pk}/", f"files/{things.file.pk}/"),
        *(f"purchasecode/{things.code.pk}/", f"codes/{things.code.pk}/void/"),
    ]
    for path in (*LISTS, *FORMS, *single):
        page.goto(f"/console/{path}")
        yield path
    page.goto("/console/shops/new/")
    page.get_by_role("button", name="登録する").click()
    yield "shop: nothing typed"
    page.goto("/console/")
    page.locator("summary").first.click()
    yield "a chart's table"


def test_every_page_of_a_clerk(desk: tuple[Page, Things], site: Site, town: Town) -> None:
    page, things = desk
    town.pay(town.resident, town.shop, 300)
    looker = Looker(page, site.url, [DESKTOP, TABLET, PHONE])
    for name in pages(page, town, things):
        looker.look(name, dense=True)
    assert looker.faults == []


def test_the_menu_opens_at_the_first_press(desk: tuple[Page, Things]) -> None:
    page, _things = desk
    menu = page.locator("#nav-sidebar")
    assert menu.is_visible()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto("/console/shop/")
    menu.wait_for(state="hidden")
    page.get_by_role("button", name="メニューを開閉").click()
    menu.wait_for(state="visible")
