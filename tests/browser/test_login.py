"""Logging in on a phone, as the guide's 2 ログインする shows it, with the mails of the inbox."""

import json
import urllib.request
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from hansatsu.parties.identity.models import LogIn, Resident
from tests.support.browsers import phone
from tests.support.passkeys import Key
from tests.support.phones import send_password, solve_by_keyboard, target, to_check
from tests.support.sites import Site
from tests.support.unlocking import keep
from tests.support.waiting import wait_until
from tests.town import PASSWORD, Town

WIDTH = 320


@pytest.fixture
def hana(town: Town) -> Resident:
    """A resident with a mail address of her own, so that the inbox tells hers from all others."""
    return town.add_resident("hana", email=f"hana@{town.issuer.code.lower()}.example.jp")


def mailed(site: Site, resident: Resident, subject: str) -> list[str]:
    inbox = f"{site.url}/inbox.json?to={quote(resident.email)}"
    with urllib.request.urlopen(inbox) as answer:  # noqa: S310 - our own site
        return [mail["text"] for mail in json.load(answer) if subject in mail["subject"]]


def digits(site: Site, resident: Resident, mails: int = 1) -> str:
    """The digits in the newest of so many mails."""
    subject = "ワンタイムパスワードのお知らせ" if resident.language == "ja" else "one-time password"
    wait_until(lambda: len(mailed(site, resident, subject)) >= mails, what="the digits")
    text = mailed(site, resident, subject)[0]
    (line,) = (each.strip() for each in text.splitlines() if each.strip().isdecimal())
    return line


def enter(page: Page, site: Site, resident: Resident) -> None:
    page.wait_for_url("**/login/code/")
    page.locator("#code").fill(digits(site, resident))
    page.locator("form:has(#code) button").click()


def is_on_top(page: Page, town: Town) -> None:
    page.wait_for_url(f"**/{town.issuer.code}/")
    expect(page.get_by_role("link", name="加盟店QRコード読取")).to_be_visible()


def test_the_puzzle_by_keyboard_and_the_digits_of_the_mail(
    page: Page, site: Site, town: Town, hana: Resident
) -> None:
    page.goto(f"/{town.issuer.code}/login/")
    for said in ["利用者サイト", "新規登録はこちら", "ログインID及びパスワードを忘れた方"]:
        expect(page.get_by_role("main")).to_contain_text(said)
    page.get_by_label("ログインID").focus()
    page.keyboard.type("hana")
    page.keyboard.press("Enter")
    page.wait_for_url("**/login/check/")
    solve_by_keyboard(page)
    page.get_by_label("パスワード", exact=True).focus()
    expect(page.get_by_text("パズルが合いました。")).to_be_visible()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/login/code/")
    expect(page.get_by_text("4桁の数値")).to_be_visible()
    page.get_by_label("ワンタイムパスワード").fill(digits(site, hana))
    page.keyboard.press("Enter")
    is_on_top(page, town)
    wait_until(
        lambda: bool(mailed(site, hana, "新しい端末からのログイン")), what="the mail of the log-in"
    )


def test_the_piece_is_dragged_by_its_picture(
    page: Page, site: Site, town: Town, hana: Resident
) -> None:
    to_check(page, town, "hana")
    box = page.locator("[data-view]").bounding_box()
    assert box is not None
    x, y = box["x"] + 20, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + target(page) * box["width"] / WIDTH, y, steps=12)
    page.mouse.up()
    send_password(page)
    enter(page, site, hana)
    is_on_top(page, town)


def test_the_slider_is_dragged_and_buttons_help(
    page: Page, site: Site, town: Town, hana: Resident
) -> None:
    to_check(page, town, "hana")
    slider = page.get_by_role("slider")
    box = slider.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 25, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + box["height"] / 2, steps=8)
    page.mouse.up()
    assert int(slider.input_value()) > 60
    wanted = target(page)
    while abs(int(slider.input_value()) - wanted) > 2:
        way = "右へ" if int(slider.input_value()) < wanted else "左へ"
        page.get_by_role("button", name=way).click()
    send_password(page)
    page.wait_for_url("**/login/code/")


def test_a_wrong_puzzle_loses_nothing_typed(
    page: Page, site: Site, town: Town, hana: Resident
) -> None:
    to_check(page, town, "hana")
    page.get_by_label("ログイン状態を保存").check()
    first = page.locator("[name=puzzle]").input_value()
    send_password(page)
    expect(page.get_by_text("パズルが合わないか、時間が過ぎました。")).to_be_visible()
    assert page.locator("[name=puzzle]").input_value() != first
    expect(page.get_by_label("パスワード", exact=True)).to_have_value(PASSWORD)
    expect(page.get_by_label("ログイン状態を保存")).to_be_checked()
    solve_by_keyboard(page)
    page.locator("form[data-login] button[type=submit]").click()
    page.wait_for_url("**/login/code/")


def test_altcha_by_keyboard_instead_of_the_puzzle(
    page: Page, site: Site, town: Town, hana: Resident
) -> None:
    to_check(page, town, "hana")
    page.get_by_text("パズルが難しい方はこちら").focus()
    page.keyboard.press("Enter")
    box = page.get_by_role("checkbox", name="ロボット")
    box.focus()
    page.keyboard.press("Space")
    expect(page.locator("[name=altcha]")).not_to_have_value("", timeout=20_000)
    send_password(page)
    enter(page, site, hana)
    is_on_top(page, town)


def test_altcha_by_a_tap_in_the_middle_of_its_box(page: Page, town: Town, hana: Resident) -> None:
    to_check(page, town, "hana")
    page.get_by_text("パズルが難しい方はこちら").tap()
    page.get_by_role("checkbox", name="ロボット").tap()
    expect(page.locator("[name=altcha]")).not_to_have_value("", timeout=20_000)
    send_password(page)
    page.wait_for_url("**/login/code/")


def test_a_saved_device_opens_a_bookmark_after_the_browser_was_closed(
    browser: Browser, site: Site, town: Town, hana: Resident
) -> None:
    with phone(browser, site.url) as page:
        to_check(page, town, "hana")
        solve_by_keyboard(page)
        page.get_by_label("ログイン状態を保存").check()
        send_password(page)
        enter(page, site, hana)
        is_on_top(page, town)
        cookies = [each for each in page.context.cookies() if each["expires"] > 0]
    with phone(browser, site.url) as page:
        page.context.add_cookies(cookies)  # type: ignore[arg-type]
        page.goto(f"/{town.issuer.code}/history/?show=payments")
        assert page.url == f"{site.url}/{town.issuer.code}/history/?show=payments"
        expect(page.get_by_role("heading", name="ご利用履歴")).to_be_visible()
        page.goto(f"/{town.issuer.code}/")
        is_on_top(page, town)


def test_the_way_in_leads_back_to_a_posters_page(
    page: Page, site: Site, town: Town, hana: Resident
) -> None:
    to_check(page, town, "hana", "pay/S0001")
    solve_by_keyboard(page)
    send_password(page)
    enter(page, site, hana)
    page.wait_for_url(f"**/{town.issuer.code}/pay/S0001")


def test_wrong_digits_are_told_and_a_resend_helps(
    page: Page, site: Site, town: Town, hana: Resident
) -> None:
    to_check(page, town, "hana")
    solve_by_keyboard(page)
    send_password(page)
    page.wait_for_url("**/login/code/")
    first = digits(site, hana)
    page.locator("#code").fill(f"{(int(first) + 1) % 10_000:04}")
    page.get_by_role("button", name="ログイン", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("あと4回入力できます。")
    page.get_by_role("button", name="もう一度送る").click()
    expect(page.get_by_text("有効期限内は、同じ数字です。")).to_be_visible()
    assert digits(site, hana, mails=2) == first
    page.locator("#code").fill(first)
    page.get_by_role("button", name="ログイン", exact=True).click()
    is_on_top(page, town)


def test_a_passkey_instead_of_everything(
    page: Page, site: Site, town: Town, hana: Resident
) -> None:
    key = Key()
    key.belongs_to(hana)
    keep(page, key, hana)
    page.goto(f"/{town.issuer.code}/history/")
    page.get_by_role("button", name="パスキーでログイン").click()
    page.wait_for_url(f"**/{town.issuer.code}/history/")
    expect(page.get_by_role("heading", name="ご利用履歴")).to_be_visible()
    assert not LogIn.objects.filter(resident=hana).exists()


def test_without_javascript_the_slider_serves(
    browser: Browser, site: Site, town: Town, hana: Resident
) -> None:
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    page = context.new_page()
    to_check(page, town, "hana")
    page.get_by_role("slider").fill(str(target(page) // 4 * 4))
    send_password(page)
    page.wait_for_url("**/login/code/")
    page.locator("#code").fill(digits(site, hana))
    page.locator("form:has(#code) button").click()
    page.wait_for_url(f"**/{town.issuer.code}/")
    context.close()


def test_all_of_it_in_english(page: Page, site: Site, town: Town) -> None:
    emma = town.add_resident(
        "emma", email=f"emma@{town.issuer.code.lower()}.example.jp", language="en"
    )
    page.goto(f"/{town.issuer.code}/?languageCd=en")
    to_check(page, town, "emma")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    solve_by_keyboard(page)
    send_password(page)
    page.wait_for_url("**/login/code/")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    wait_until(lambda: bool(mailed(site, emma, "")), what="the mail")
    (text,) = mailed(site, emma, "")
    (line,) = (each.strip() for each in text.splitlines() if each.strip().isdecimal())
    page.locator("#code").fill(line)
    page.locator("form:has(#code) button").click()
    page.wait_for_url(f"**/{town.issuer.code}/")
