"""ご登録情報の確認・変更 on a phone: each change tried, with the mails of the inbox."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from hansatsu.parties.identity.models import Device, Passkey, Resident
from hansatsu.parties.identity.resident_fields import PARTS
from tests.support.browsers import phone
from tests.support.looking import Looker
from tests.support.phones import log_in
from tests.support.sites import Site
from tests.support.unlocking import authenticator
from tests.support.waiting import wait_until
from tests.town import PASSWORD, Town

NEW = "staple-battery-31"
REFUSES_ONCE = """
() => {
    const make = navigator.credentials.create.bind(navigator.credentials);
    navigator.credentials.create = () => {
        navigator.credentials.create = make;
        return Promise.reject(new Error("given up"));
    };
}
"""
PATHS = (
    "",
    *(f"details/{part}/" for part in PARTS),
    "password/",
    "email/",
    "devices/",
    "passkeys/",
    "passkeys/add/",
    "data/",
    "leave/",
    "left/",
)


@pytest.fixture
def hana(town: Town) -> Resident:
    """A resident with a mail address of her own, so that the inbox tells hers from all others."""
    return town.add_resident("hana", email=f"hana@{town.issuer.code.lower()}.example.jp")


@pytest.fixture
def account(page: Page, town: Town, hana: Resident) -> Page:
    """Her phone, on ご登録情報の確認・変更."""
    log_in(page, town, "hana")
    page.goto(f"/{town.issuer.code}/account/")
    return page


def newest(page: Page, to: str, subject: str) -> str:
    """The text of the newest mail to an address with ``subject``, once it is there."""

    def mails() -> list[str]:
        answer = page.request.get("/inbox.json", params={"to": to}).json()
        return [mail["text"] for mail in answer if subject in mail["subject"]]

    wait_until(lambda: bool(mails()), what=f"{subject} to {to}")
    return mails()[0]


def link_in(text: str) -> str:
    """The link that stands alone on its line."""
    found = re.search(r"^http\S+", text, re.MULTILINE)
    assert found, text
    return found[0]


def change(page: Page) -> None:
    page.get_by_role("button", name="変更する", exact=True).click()


def test_each_part_is_changed_and_told(account: Page, hana: Resident) -> None:
    page = account
    page.get_by_role("link", name="氏名・フリガナ").click()
    page.get_by_label("姓", exact=True).fill("髙﨑")
    page.get_by_label("セイ").fill("たかさき")
    change(page)
    expect(page.get_by_role("status")).to_have_text("氏名・フリガナを変更しました。")
    expect(page.get_by_role("main")).to_contain_text("髙﨑 花子")
    expect(page.get_by_role("main")).to_contain_text("タカサキ ハナコ")
    page.get_by_role("link", name="ニックネーム").click()
    page.get_by_label("ニックネーム").fill("はなちゃん")
    change(page)
    page.get_by_role("link", name="職業").click()
    page.get_by_label("職業").select_option(label="無職・年金生活")
    change(page)
    page.get_by_role("link", name="電話番号").click()
    page.get_by_label("電話番号").fill("０９０ー１２３４ー５６７８")
    change(page)
    page.get_by_role("link", name="お知らせメール").click()
    page.get_by_label("お知らせメールを受け取る").check()
    change(page)
    for value in ("はなちゃん", "無職・年金生活", "090-1234-5678", "受け取る"):
        expect(page.get_by_role("main")).to_contain_text(value)
    hana.refresh_from_db()
    assert hana.news_mail
    assert "髙﨑 花子 様" in newest(page, hana.email, "ご登録情報変更のお知らせ")


def test_the_postal_code_fills_the_address(account: Page, hana: Resident) -> None:
    page = account
    page.get_by_role("link", name="住所").click()
    page.get_by_label("郵便番号", exact=True).fill("４９８ー００００")
    page.get_by_role("button", name="郵便番号から住所を入力").click()
    choices = page.get_by_role("group", name="住所を選んでください").get_by_role("button")
    assert choices.count() > 1
    choices.last.click()
    expect(page.get_by_role("status")).to_contain_text("番地をつづけて入力してください。")
    page.get_by_label("町名・番地").fill("１－２")
    page.get_by_label("建物名").fill("山田ハイツ101")
    change(page)
    expect(page.get_by_role("status")).to_have_text("住所を変更しました。")
    expect(page.get_by_role("main")).to_contain_text("山田ハイツ101")
    hana.refresh_from_db()
    assert (hana.postal_code, hana.street) == ("4980000", "1-2")


def test_a_mistake_is_told_where_it_is_and_nothing_is_lost(account: Page) -> None:
    page = account
    page.get_by_role("link", name="電話番号").click()
    page.get_by_label("電話番号").fill("12345")
    change(page)
    expect(page.get_by_role("alert")).to_be_focused()
    field = page.get_by_label("電話番号")
    expect(field).to_have_value("12345")
    expect(field).to_have_accessible_description(re.compile("市外局番から"))
    page.get_by_role("alert").get_by_role("link").click()
    assert page.evaluate("location.hash") == "#id_phone"


def test_english_is_spoken_from_then_on(account: Page, town: Town) -> None:
    page = account
    page.get_by_role("link", name="言語").click()
    page.get_by_label("English").check()
    change(page)
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto(f"/{town.issuer.code}/")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_the_mail_address_with_the_real_mails(
    account: Page, browser: Browser, site: Site, town: Town, hana: Resident
) -> None:
    page, old = account, hana.email
    new = f"hana.@new.{town.issuer.code.lower()}.example.jp"
    page.get_by_role("link", name="メールアドレス").click()
    page.get_by_label("新しいメールアドレス", exact=True).fill(new)
    page.get_by_label("新しいメールアドレス(再入力)").fill(new)
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="確認のメールを送る").click()
    expect(page.get_by_role("status")).to_contain_text("確認のメールをお送りしました")
    told = newest(page, old, "メールアドレス変更のお知らせ")
    page.goto(link_in(newest(page, new, "メールアドレス変更のご確認")))
    hana.refresh_from_db()
    assert hana.email == old
    page.get_by_role("button", name="変更を確定する").click()
    expect(page.get_by_role("status")).to_contain_text("メールアドレスを変更しました。")
    hana.refresh_from_db()
    assert hana.email == new
    with phone(browser, site.url) as owner:
        owner.goto(link_in(told))
        owner.get_by_role("button", name="変更を取り消す").click()
        expect(owner.get_by_role("status")).to_contain_text("メールアドレスを元に戻しました。")
    hana.refresh_from_db()
    assert hana.email == old
    page.goto(f"/{town.issuer.code}/account/")
    expect(page).to_have_url(re.compile("/login/"))
    assert link_in(newest(page, old, "取り消しのお知らせ")).endswith("/recover/")


def test_the_password_and_the_other_phone(
    account: Page, browser: Browser, site: Site, town: Town, hana: Resident
) -> None:
    page = account
    with phone(browser, site.url) as other:
        log_in(other, town, "hana")
        other.goto(f"/{town.issuer.code}/balance/")  # the top page would leave by itself meanwhile
        page.get_by_role("link", name=re.compile("^パスワード")).click()
        page.get_by_label("今のパスワード").fill(PASSWORD)
        page.get_by_label("新しいパスワード", exact=True).fill(NEW)
        page.get_by_label("新しいパスワード(再入力)").fill(NEW)
        change(page)
        expect(page.get_by_role("status")).to_have_text("パスワードを変更しました。")
        other.reload()
        expect(other).to_have_url(re.compile("/login/"))
    assert "パスワードが変更されました" in newest(page, hana.email, "パスワード変更のお知らせ")


def test_a_passkey_is_made_named_used_and_removed(
    account: Page, town: Town, hana: Resident
) -> None:
    page = account
    authenticator(page)
    page.get_by_role("link", name="パスキー").click()
    page.get_by_role("link", name="パスキーを追加する").click()
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="次へ").click()
    page.get_by_role("button", name="この端末でパスキーを作る").click()
    expect(page.get_by_role("status")).to_contain_text("パスキーを追加しました。")
    passkey = Passkey.objects.get(resident=hana)
    page.get_by_role("link", name="名前の変更・削除").click()
    page.get_by_label("名前").fill("私のスマホ")
    change(page)
    expect(page.get_by_role("heading", name="私のスマホ")).to_be_visible()

    page.goto(f"/{town.issuer.code}/")
    page.get_by_role("button", name="ログアウト").click()
    page.goto(f"/{town.issuer.code}/account/passkeys/")
    page.get_by_role("button", name="パスキーでログイン").click()
    page.wait_for_url("**/account/passkeys/")
    expect(page.get_by_role("main")).not_to_contain_text("まだ使っていません")
    passkey.refresh_from_db()
    assert passkey.used_at is not None

    page.get_by_role("link", name="名前の変更・削除").click()
    page.get_by_role("link", name="このパスキーを削除する").click()
    page.get_by_role("button", name="削除する").click()
    expect(page.get_by_role("status")).to_contain_text("パスキーを削除しました。")
    assert not Passkey.objects.filter(resident=hana).exists()
    assert "パスキーが追加されました" in newest(page, hana.email, "パスキー追加のお知らせ")


def test_a_phone_that_makes_no_passkey_says_so_and_may_try_again(
    account: Page, hana: Resident
) -> None:
    page = account
    tools = authenticator(page)
    page.get_by_role("link", name="パスキー").click()
    page.get_by_role("link", name="パスキーを追加する").click()
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="次へ").click()
    page.evaluate(REFUSES_ONCE)
    button = page.get_by_role("button", name="この端末でパスキーを作る")
    button.click()
    expect(page.get_by_role("alert")).to_contain_text("端末がパスキーを作りませんでした。")
    button.click()
    expect(page.get_by_role("status")).to_contain_text("パスキーを追加しました。")
    tools.detach()
    assert Passkey.objects.filter(resident=hana).count() == 1


def test_a_lost_phone_is_stopped(
    account: Page, browser: Browser, site: Site, town: Town, hana: Resident
) -> None:
    page = account
    with phone(browser, site.url) as lost:
        log_in(lost, town, "hana")
        lost.goto(f"/{town.issuer.code}/balance/")  # the top page would leave by itself meanwhile
        number = Device.objects.filter(resident=hana).latest("pk").number
        page.get_by_role("link", name="ログイン中の端末").click()
        expect(page.get_by_text("この端末", exact=True).first).to_be_visible()
        page.locator(f'a[href$="/devices/{number}/"]').click()
        page.get_by_role("button", name="使用を停止する").click()
        expect(page.get_by_role("status")).to_contain_text("端末の使用を停止しました。")
        lost.reload()
        expect(lost).to_have_url(re.compile("/login/"))
    expect(page.get_by_text("ほかの端末ではログインしていません。")).to_be_visible()


def test_the_own_data_is_downloaded(account: Page, tmp_path: Path) -> None:
    page = account
    page.get_by_role("link", name="ご登録データの書き出し").click()
    page.get_by_label("パスワード").fill(PASSWORD)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="ファイルを受け取る").click()
    file = tmp_path / "data.json"
    waiting.value.save_as(file)
    assert json.loads(file.read_text())["profile"]["login_id"] == "hana"


def test_leaving_with_a_balance(account: Page, town: Town, hana: Resident) -> None:
    town.charge(hana, town.all_shops, 1234)
    page = account
    page.get_by_role("link", name="退会のお手続き").click()
    expect(page.get_by_role("main")).to_contain_text("払い戻しはできません。")
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="退会する").click()
    expect(page.get_by_role("alert").first).to_contain_text("退会はまだ完了していません。")
    page.get_by_label(re.compile("残高1,234円分が使えなくなる")).check()
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="退会する").click()
    expect(page.get_by_role("heading", name="退会のお手続きが完了しました")).to_be_visible()
    page.goto(f"/{town.issuer.code}/")
    expect(page).to_have_url(re.compile("/login/"))
    assert "1,234円" in newest(page, hana.email, "退会手続き完了のお知らせ")


def test_without_javascript_changes_are_made(
    browser: Browser, site: Site, town: Town, hana: Resident
) -> None:
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    page = context.new_page()
    log_in(page, town, "hana")
    page.goto(f"/{town.issuer.code}/account/details/nickname/")
    page.get_by_label("ニックネーム").fill("はな")
    change(page)
    expect(page.get_by_role("status")).to_have_text("ニックネームを変更しました。")
    context.close()


def every_page(page: Page, town: Town, hana: Resident) -> Iterator[str]:
    """Each page, each error, and what can be seen only with something there."""
    log_in(page, town, "hana")
    town.charge(hana, town.all_shops, 1234)
    base = f"/{town.issuer.code}/account/"
    for path in PATHS:
        page.goto(base + path)
        yield path
    for part in ("name", "address", "phone"):
        page.goto(f"{base}details/{part}/")
        for field in page.locator("main input[type=text]").all():
            field.fill("1")
        page.locator("main form button.button--large").click()
        page.get_by_role("alert").wait_for()
        yield f"wrong {part}"
    for path in ("email/", "password/", "leave/"):
        page.goto(base + path)
        page.locator("#id_password").fill("wrong")
        page.evaluate("document.querySelector('main form').noValidate = true")
        page.locator("main form button.button--large").click()
        page.locator(".field__error").first.wait_for()
        yield f"wrong {path}"
    authenticator(page)
    page.goto(f"{base}passkeys/add/")
    page.locator("#id_password").fill(PASSWORD)
    page.locator("main form button.button--large").click()
    page.locator("form[data-passkey]").wait_for()
    yield "make passkey"
    page.locator("form[data-passkey] button").click()
    page.wait_for_url("**/passkeys/?done=added")
    yield "passkeys"
    page.locator("main .card a").click()
    yield "passkey"
    page.goto(page.url + "remove/")
    yield "remove passkey"
    page.goto(f"{base}devices/")
    page.locator("main .card a").first.click()
    yield "stop device"


def test_every_page_can_be_read_and_touched(
    page: Page, site: Site, town: Town, hana: Resident
) -> None:
    looker = Looker(page, site.url)
    for name in every_page(page, town, hana):
        looker.look(name)
    assert looker.faults == []
