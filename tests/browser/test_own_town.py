"""From ``hansatsu createissuer`` on an empty live database to the first payments at a till and at a
poster, in a shop that was imported; by screens and commands alone, as a town clerk does it.

Nothing here comes from the demo: whatever a real town needs must be found on its way.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pyotp
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.browsers import phone
from tests.support.cashiers import DESKTOP, done, press, settle_up, type_code
from tests.support.own_towns import CODE, OwnTown, command, own_town
from tests.support.papers import codes_of, text_of
from tests.support.sheets import line, rows, xlsx

OWN = "own-horse-2026-x"
REASON = "開設の準備"
EMAIL = "sakura@town.example.jp"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(scope="module")
def town() -> Iterator[OwnTown]:
    with own_town() as opened:
        yield opened


@contextmanager
def desktop(browser: Browser, town: OwnTown) -> Iterator[Page]:
    context = browser.new_context(
        base_url=town.url,
        viewport=DESKTOP,  # type: ignore[arg-type]
        locale="ja-JP",
        timezone_id="Asia/Tokyo",
    )
    try:
        yield context.new_page()
    finally:
        context.close()


def enter(page: Page, address: str, login_id: str, password: str) -> None:
    """The first log-in of somebody who was handed an initial password."""
    page.goto(address)
    page.get_by_label("ログインID").fill(login_id)
    page.get_by_label("パスワード", exact=True).fill(password)
    page.get_by_role("button", name="ログイン").click()
    page.wait_for_url("**/login/password/")
    page.locator("#password").fill(OWN)
    page.locator("#again").fill(OWN)
    page.get_by_role("button", name="次へ").click()
    page.wait_for_url("**/login/enrol/")
    secret = page.locator("[data-secret-key]").inner_text().replace(" ", "")
    page.locator("#code").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="登録する").click()
    page.get_by_role("button", name=re.compile("しまいました")).click()


def menu(page: Page, name: str) -> None:
    page.locator("#nav-sidebar").get_by_role("link", name=re.compile(rf"(^|\s){name}$")).click()


def field(page: Page, label: str) -> Locator:
    """A field of the console by its whole label; a star marks what must be filled in."""
    return page.get_by_label(re.compile(rf"^\s*{label}\s*\*?\s*$"))


def send(page: Page, button: str) -> None:
    """Give the reason where it is asked for, and press."""
    if page.get_by_label("理由").count():
        page.get_by_label("理由").fill(REASON)
    page.get_by_role("button", name=button, exact=True).click()


def add(page: Page, name: str, thing: str) -> None:
    """Something that needs a name alone: from the menu, by the list."""
    menu(page, thing)
    page.get_by_role("link", name=f"{thing}を追加").first.click()
    field(page, "名前").fill(name)
    send(page, "追加する")
    expect(page.get_by_text("追加しました")).to_be_visible()


def import_shops(page: Page) -> None:
    """Two shops from a file; it leads on to their letters."""
    menu(page, "加盟店")
    page.get_by_role("link", name="ファイルから登録").first.click()
    content = xlsx(rows([line(number, takes="全店共通", name_en="") for number in (1, 2)]))
    file = {"name": "shops.xlsx", "mimeType": XLSX, "buffer": content}
    page.locator("[name=file]").set_input_files([file])  # type: ignore[list-item]
    send(page, "内容を確かめる")
    page.get_by_role("button", name="2店を登録・変更する").click()
    expect(page.get_by_text("2店を登録・変更しました").first).to_be_visible()
    page.get_by_role("link", name="案内状を作る").first.click()


def taken(page: Page) -> bytes:
    """The file of what was ordered, as soon as it is made."""
    page.get_by_role("link", name="受け取る").first.click(timeout=120_000)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="ダウンロード").click()
    return waiting.value.path().read_bytes()


def letters(page: Page) -> bytes:
    """Of both shops, from where the import has led to."""
    expect(page.get_by_text("まだ店長のいない加盟店 (2店)")).to_be_visible()
    send(page, "案内状を作る")
    return taken(page)


def gift(page: Page) -> str:
    """The address of a gift code of 3,000 yen, as its letter's QR code has it."""
    menu(page, "コードとカードの作成")
    page.get_by_role("link", name="ギフトコードを作る").first.click()
    field(page, "名前").fill("開設記念")
    page.get_by_label("全店共通(円)").fill("3000")
    page.get_by_label("なし", exact=True).check()
    page.get_by_label("枚数").fill("1")
    send(page, "確認へ進む")
    expect(page.get_by_text("3,000").first).to_be_visible()
    page.get_by_role("button", name="この内容で作る").click()
    ((address,),) = codes_of(taken(page))
    return address


def register(page: Page, town: OwnTown) -> None:
    """A resident, by the mail that comes."""
    page.goto(f"/{CODE}/")
    page.get_by_role("link", name="新規登録").first.click()
    page.get_by_label("メールアドレス", exact=True).fill(EMAIL)
    page.get_by_label("メールアドレス(再入力)").fill(EMAIL)
    page.get_by_role("button", name="利用規約を確認").click()
    page.get_by_role("link", name="登録に戻る").click()
    page.get_by_label("利用規約に同意しました。").check()
    page.get_by_role("button", name="登録メールを送信").click()
    link = re.search(r"^http\S+", town.mail_to(EMAIL), re.M)
    assert link is not None
    page.goto(link[0])
    typed = {"ログインID": "sakura", "姓": "小山", "セイ": "オヤマ", "メイ": "サクラ"}
    exact = {"パスワード": OWN, "名": "桜", "年": "29", "月": "3", "日": "5"}
    page.get_by_label("西暦・元号").select_option("showa")
    for label, text in typed.items():
        page.get_by_label(label).fill(text)
    for label, text in exact.items():
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_label("回答しない").check()
    page.get_by_label("職業").select_option("retired")
    page.get_by_label("電話番号").fill("090-1234-5678")
    page.get_by_label("郵便番号").fill("323-0023")
    expect(page.get_by_label("町名・番地")).to_have_value("中央町")
    page.get_by_label("町名・番地").fill("中央町1-1-1")
    page.get_by_role("button", name="登録内容を確認").click()
    page.get_by_role("button", name="登録する").click()
    page.get_by_role("link", name="利用者サイトへ進む").click()
    page.wait_for_url(f"**/{CODE}/")


def take_gift(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="チャージする").click()
    expect(page.get_by_role("heading", name="チャージ完了")).to_be_visible()


def pay_at_poster(page: Page, shop: str, amount: str) -> None:
    page.goto(f"/{CODE}/pay/{shop}")
    page.get_by_label("お支払い金額").fill(amount)
    page.get_by_role("button", name="お支払確認").click()
    expect(page.get_by_text("お店の方にこの画面をお見せください")).to_be_visible()
    page.wait_for_load_state()
    page.get_by_role("button", name="お支払", exact=True).click()
    done(page)


def pay_at_till(desk: Page, hers: Page, amount: str) -> None:
    hers.goto(f"/{CODE}/")
    code = hers.locator("[data-pay-code]").get_attribute("data-pay-code") or ""
    press(desk, amount)
    desk.get_by_role("button", name="お客様のコードを読み取る").click()
    type_code(desk, code)
    expect(desk.get_by_role("button", name="決済する")).to_be_visible()
    desk.wait_for_load_state()
    settle_up(desk)
    done(desk)
    expect(hers.get_by_role("heading", name="決済完了")).to_be_visible()


def test_a_town_opens_and_is_paid_in(browser: Browser, town: OwnTown) -> None:
    with desktop(browser, town) as office:
        enter(office, town.address, town.login_id, town.password)
        expect(office.get_by_text("はじめに、電子マネー")).to_be_visible()
        for name, thing in (("全店共通", "電子マネー"), ("駅西", "地区"), ("中小店舗", "業種")):
            add(office, name, thing)
        import_shops(office)
        paper = letters(office)
        gift_address = gift(office)
    found = re.search(r"ログイン ?ID\s+(\S+)\s.*?回だけ\)\s+([\w-]+)", text_of(paper), re.S)
    assert found is not None, text_of(paper)
    login_id, password = found[1], found[2]
    with desktop(browser, town) as till, phone(browser, town.url) as hers:
        enter(till, codes_of(paper)[0][0], login_id, password)
        till.wait_for_url("**/shop/")
        register(hers, town)
        take_gift(hers, gift_address)
        pay_at_poster(hers, "K00001", "500")
        till.goto("/shop/")
        expect(till.get_by_text("500").first).to_be_visible()
        pay_at_till(till, hers, "1280")
    verified = command("verify", environment=town.environment)
    assert "¥1,220 outstanding" in verified
