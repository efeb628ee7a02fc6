"""Registering and recovering on a phone, with the real mails."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.looking import Looker
from tests.support.sites import Site
from tests.support.waiting import wait_until
from tests.town import Town

PASSWORD = "usagi-to-kame-42"


def newest(page: Page, to: str, count: int = 1) -> str:
    """The text of the newest mail to an address, when there are ``count``."""

    def mails() -> list[dict[str, str]]:
        answer: list[dict[str, str]] = page.request.get("/inbox.json", params={"to": to}).json()
        return answer

    wait_until(lambda: len(mails()) >= count, seconds=30, what=f"mail {count} to {to}")
    return mails()[0]["text"]


def link_in(text: str) -> str:
    """The link that stands alone on its line."""
    found = re.search(r"^http\S+", text, re.M)
    assert found, text
    return found[0]


def begin(page: Page, town: Town, email: str) -> None:
    """メールアドレス登録, up to the mail."""
    page.goto(f"/{town.issuer.code}/register/")
    page.get_by_label("メールアドレス", exact=True).fill(email)
    page.get_by_label("メールアドレス(再入力)").fill(email)
    page.get_by_role("button", name="利用規約を確認").click()
    page.get_by_role("link", name="登録に戻る").click()
    page.get_by_label("利用規約に同意しました。").check()
    page.get_by_role("button", name="登録メールを送信").click()
    expect(page.get_by_role("heading", name="登録メールを送信しました")).to_be_visible()


def fill(page: Page, login_id: str) -> None:
    """登録情報, as an old hand on a phone would."""
    page.get_by_label("ログインID").fill(login_id)
    page.get_by_label("パスワード", exact=True).fill(PASSWORD)
    page.get_by_label("姓").fill("髙﨑")
    page.get_by_label("名", exact=True).fill("桜")
    page.get_by_label("セイ").fill("たかさき")
    page.get_by_label("メイ").fill("サクラ")
    page.get_by_label("西暦・元号").select_option("showa")
    page.get_by_label("年", exact=True).fill("２９")
    page.get_by_label("月", exact=True).fill("3")
    page.get_by_label("日", exact=True).fill("5")
    page.get_by_label("回答しない").check()
    page.get_by_label("職業").select_option("retired")
    page.get_by_label("電話番号").fill("090-1234-5678")


@pytest.fixture
def email(town: Town) -> str:
    return f"sakura@{town.issuer.code.lower()}.example.jp"


def test_a_stranger_registers(page: Page, town: Town, email: str) -> None:
    begin(page, town, email)
    page.goto(link_in(newest(page, email)))
    fill(page, "sakura")
    expect(page.get_by_text("「sakura」は使えます。")).to_be_visible()
    page.get_by_label("郵便番号").fill("３２３ー００２３")
    expect(page.get_by_label("市区町村")).to_have_value("小山市")
    expect(page.get_by_label("町名・番地")).to_have_value("中央町")
    page.get_by_label("町名・番地").fill("中央町1-1-1")
    page.get_by_role("button", name="登録内容を確認").click()
    expect(page.get_by_text("1954年(昭和29年)3月5日")).to_be_visible()
    page.get_by_label("ログイン状態を保存").check()
    page.get_by_role("button", name="登録する").click()
    expect(page.get_by_role("heading", name="登録が完了しました")).to_be_visible()
    page.get_by_role("link", name="利用者サイトへ進む").click()
    page.wait_for_url(f"**/{town.issuer.code}/")
    assert "髙﨑 桜 様" in newest(page, email, 2)


def test_errors_lose_nothing_and_lead_to_their_fields(page: Page, town: Town, email: str) -> None:
    begin(page, town, email)
    page.goto(link_in(newest(page, email)))
    fill(page, "hanako")
    expect(page.get_by_text("「hanako」はすでに使われています")).to_be_visible()
    page.get_by_label("郵便番号").fill("498-0000")
    page.get_by_label("住所の候補").select_option(label="三重県桑名郡木曽岬町")
    expect(page.get_by_label("都道府県")).to_have_value("三重県")
    page.get_by_label("町名・番地").fill("")
    page.get_by_role("button", name="登録内容を確認").click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name="町名・番地を入力してください。").click()
    expect(page.get_by_label("町名・番地")).to_be_focused()
    page.get_by_label("町名・番地").fill("和富10")
    expect(page.locator("#login_id-error")).to_be_visible()
    page.get_by_label("ログインID").fill("sakura-t")
    expect(page.get_by_text("「sakura-t」は使えます。")).to_be_visible()
    expect(page.locator("#login_id-error")).to_have_count(0)
    expect(page.get_by_label("姓")).to_have_value("髙﨑")
    expect(page.get_by_label("パスワード", exact=True)).to_have_value("")
    page.get_by_role("button", name="登録内容を確認").click()
    expect(page.get_by_text("三重県桑名郡木曽岬町和富10")).to_be_visible()
    page.get_by_role("link", name="修正する").click()
    expect(page.get_by_label("姓")).to_have_value("髙﨑")


def test_a_typed_password_can_be_looked_at(page: Page, town: Town, email: str) -> None:
    begin(page, town, email)
    page.goto(link_in(newest(page, email)))
    secret = page.get_by_label("パスワード", exact=True)
    secret.fill(PASSWORD)
    page.get_by_role("button", name="パスワードを表示").click()
    expect(secret).to_have_attribute("type", "text")
    page.get_by_role("button", name="登録内容を確認").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert PASSWORD not in page.content()


def test_unknown_postal_code_and_enter(page: Page, town: Town, email: str) -> None:
    begin(page, town, email)
    page.goto(link_in(newest(page, email)))
    fill(page, "sakura")
    page.get_by_label("郵便番号").fill("000-0000")
    expect(page.get_by_text("見つかりませんでした")).to_be_visible()
    page.get_by_label("都道府県").select_option("栃木県")
    page.get_by_label("市区町村").fill("小山市")
    page.get_by_label("町名・番地").fill("中央町1")
    page.get_by_label("町名・番地").press("Enter")
    expect(page.get_by_role("heading", name="登録内容を確認")).to_be_visible()


@pytest.fixture
def plain_page(browser: Browser, site: Site) -> Iterator[Page]:
    """A phone that runs no script."""
    context = browser.new_context(base_url=site.url, java_script_enabled=False, locale="ja-JP")
    try:
        yield context.new_page()
    finally:
        context.close()


def test_registering_without_a_script(plain_page: Page, town: Town, email: str) -> None:
    page = plain_page
    begin(page, town, email)
    page.goto(link_in(newest(page, email)))
    fill(page, "sakura")
    page.get_by_label("郵便番号").fill("498-0000")
    page.get_by_role("button", name="住所を入れる").click()
    page.get_by_label("住所の候補").select_option(label="愛知県弥富市")
    page.get_by_role("button", name="選ぶ").click()
    expect(page.get_by_label("市区町村")).to_have_value("弥富市")
    expect(page.get_by_label("姓")).to_have_value("髙﨑")
    page.get_by_label("町名・番地").fill("前ケ須町1")
    page.get_by_role("button", name="登録内容を確認").click()
    page.get_by_role("button", name="登録する").click()
    expect(page.get_by_role("heading", name="登録が完了しました")).to_be_visible()


def test_a_new_password_after_a_forgotten_one(page: Page, town: Town) -> None:
    town.add_resident("michiko", email=f"michiko@{town.issuer.code.lower()}.example.jp")
    email = f"michiko@{town.issuer.code.lower()}.example.jp"
    page.goto(f"/{town.issuer.code}/recover/")
    page.get_by_role("link", name="ログインIDを忘れた").click()
    page.get_by_label("メールアドレス").fill(email)
    page.get_by_role("button", name="メールを送る").click()
    expect(page.get_by_role("heading", name="メールをご確認ください")).to_be_visible()
    assert "ログインID: michiko" in newest(page, email)
    page.goto(f"/{town.issuer.code}/recover/")
    page.get_by_role("link", name="パスワードを忘れた").click()
    page.get_by_label("ログインIDまたはメールアドレス").fill("michiko")
    page.get_by_role("button", name="メールを送る").click()
    page.goto(link_in(newest(page, email, 2)))
    page.get_by_label("新しいパスワード").fill(PASSWORD)
    page.get_by_role("button", name="パスワードを変更する").click()
    expect(page.get_by_role("heading", name="パスワードを変更しました")).to_be_visible()
    assert "パスワードが再設定されました" in newest(page, email, 3)


def test_the_pages_have_no_serious_fault(page: Page, site: Site, town: Town, email: str) -> None:
    looker = Looker(page, site.url)
    begin(page, town, email)
    form = link_in(newest(page, email))
    code = town.issuer.code
    for address in (f"/{code}/register/", f"/{code}/register/sent/", form, f"/{code}/recover/",
                    f"/{code}/recover/id/", f"/{code}/recover/password/",
                    f"/{code}/recover/sent/", f"/{code}/terms/?for=register",
                    f"/{code}/register/{'x' * 43}/"):  # fmt: skip
        page.goto(address)
        looker.look(address)
    page.goto(form)
    page.get_by_role("button", name="登録内容を確認").click()
    expect(page.get_by_role("alert")).to_be_visible()
    looker.look("the form with errors")
    assert looker.faults == []
