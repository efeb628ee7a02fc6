"""A passkey of staff, at the console and at the shop site: made after a code, shown at the next
log-in instead of one, named, removed; every page on the way is looked at."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from hansatsu.parties.identity.models import Passkey, Staff
from hansatsu.parties.issuers.models import AuditEntry
from tests.support.browsers import PHONE
from tests.support.cashiers import DESKTOP, TABLET
from tests.support.looking import Looker
from tests.support.passkeys import Key
from tests.support.sites import Site
from tests.support.staff_doors import SITES, somebody
from tests.support.tills import new_code
from tests.support.unlocking import authenticator, keep
from tests.town import PASSWORD, Town

LISTS = {"console": "/console/passkeys/", "shop": "/shop/me/passkeys/"}


@pytest.fixture(params=SITES)
def name(request: pytest.FixtureRequest) -> str:
    """Which of the two."""
    return str(request.param)


@pytest.fixture
def staff(town: Town, name: str) -> Staff:
    return somebody(town, name)


@pytest.fixture
def desk(browser: Browser, site: Site) -> Iterator[Page]:
    """A desk's browser, where nobody is logged in."""
    context = browser.new_context(
        base_url=site.url,
        viewport=DESKTOP,  # type: ignore[arg-type]
        locale="ja-JP",
        timezone_id="Asia/Tokyo",
    )
    yield context.new_page()
    context.close()


def send_password(page: Page, name: str, staff: Staff) -> None:
    page.goto(f"/{name}/login/")
    page.locator("#login_id").fill(staff.login_id)
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="ログイン").click()
    page.wait_for_url("**/login/code/")


def type_code(page: Page, staff: Staff) -> None:
    page.get_by_label("確認コード").fill(new_code(staff))
    page.get_by_role("button", name="次へ").click()


def log_out(page: Page) -> None:
    """Forget that this browser was ever here, as a till is trusted for a while."""
    page.context.clear_cookies()


def test_a_passkey_is_made_used_named_and_removed(
    desk: Page, site: Site, name: str, staff: Staff
) -> None:
    page = desk
    looker = Looker(page, site.url, [DESKTOP, TABLET, PHONE])

    def look(at: str) -> None:
        looker.look(at, dense=name == "console")

    authenticator(page)
    send_password(page, name, staff)
    expect(page.get_by_role("button", name="パスキーで確認")).to_have_count(0)
    type_code(page, staff)
    page.wait_for_url(f"**/{name}/")
    page.goto(LISTS[name])
    look("no passkeys")
    page.get_by_role("link", name="パスキーを追加する").click()
    look("code")
    type_code(page, staff)
    button = page.get_by_role("button", name="この端末でパスキーを作る")
    expect(button).to_be_visible()
    look("make")
    button.click()
    expect(page.get_by_role("status")).to_contain_text("パスキーを追加しました。")
    look("one passkey")

    log_out(page)
    send_password(page, name, staff)
    page.get_by_role("button", name="パスキーで確認").wait_for()
    looker.look("log-in: code or passkey")
    page.get_by_role("button", name="パスキーで確認").click()
    page.wait_for_url(f"**/{name}/")
    passkey = Passkey.objects.get(staff=staff)
    assert passkey.used_at is not None
    page.goto(LISTS[name])
    expect(page.get_by_text("追加した日時")).to_be_visible()
    expect(page.get_by_text("まだ使っていません")).to_have_count(0)

    page.goto(f"{LISTS[name]}{passkey.pk}/")
    look("name")
    page.get_by_label("名前").fill("私のスマホ")
    page.get_by_role("button", name="変更する").click()
    expect(page.get_by_role("heading", name="私のスマホ")).to_be_visible()
    page.goto(f"{LISTS[name]}{passkey.pk}/remove/")
    look("remove")
    page.get_by_role("button", name="削除する").click()
    expect(page.get_by_role("status")).to_contain_text("パスキーを削除しました。")
    assert not Passkey.objects.filter(staff=staff).exists()
    acts = AuditEntry.objects.of(staff.issuer).filter(
        subject=staff.actor, act__startswith="passkey"
    )
    assert [each.act for each in acts.order_by("pk")] == [
        "passkey_added",
        "passkey_used",
        "passkey_removed",
    ]
    assert looker.faults == []


def test_a_passkey_that_is_not_taken_leaves_the_digits(desk: Page, name: str, staff: Staff) -> None:
    page, key = desk, Key()
    keep(page, key, staff)
    key.belongs_to(staff, sign_count=1_000)  # of which the phone's is a copy
    send_password(page, name, staff)
    page.get_by_role("button", name="パスキーで確認").click()
    expect(page.get_by_role("alert")).to_contain_text("このパスキーでは確認できませんでした。")
    type_code(page, staff)
    page.wait_for_url(f"**/{name}/")


def test_without_javascript_the_digits_serve(browser: Browser, site: Site, town: Town) -> None:
    staff = somebody(town, "console")
    Key().belongs_to(staff)
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    page = context.new_page()
    send_password(page, "console", staff)
    expect(page.get_by_role("button", name="パスキーで確認")).to_have_count(0)
    type_code(page, staff)
    page.wait_for_url("**/console/")
    context.close()
