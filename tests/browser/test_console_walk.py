"""A clerk on a screen of 1280 × 800 stands a scheme up, from an issuer that a command made: second
factor, kinds of value, a product, thirty shops from a spreadsheet, codes with letters, cards."""

import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.looking import SIDEWAYS
from tests.support.sheets import line, rows, xlsx
from tests.support.sites import Site

DESK = {"width": 1280, "height": 800}
REASON = "開設の準備"
FIRST = "first-horse-2026-x"


@pytest.fixture
def desk(browser: Browser, site: Site) -> Iterator[Page]:
    """A clerk's browser, which says when something goes wrong in it."""
    context = browser.new_context(
        base_url=site.url,
        viewport=DESK,  # type: ignore[arg-type]
        locale="ja-JP",
        timezone_id="Asia/Tokyo",
    )
    page = context.new_page()
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on(
        "console",
        lambda message: (
            said.append(message.text)
            if message.type == "error" and "status of 422" not in message.text
            else None
        ),
    )
    yield page
    context.close()
    assert said == []


@pytest.fixture
def owner(application_environment: dict[str, str]) -> tuple[str, str]:
    """Log-in ID and password of a new issuer's owner, as ``hansatsu createissuer`` says them."""
    code = f"W{secrets.token_hex(6).upper()}"
    fields = {
        "code": code,
        "name": "試験町商品券",
        "name-en": "Testville Vouchers",
        "payment-prefix": code,
        "mode": "sandbox",
        "seal": "試験",
        "office-name": "試験町役場",
        "office-phone": "0285-00-0000",
        "office-hours": "平日 9:00-17:00",
        "mail-from": "no-reply@example.jp",
        "domain": "example.jp",
    }
    words = [word for name, value in fields.items() for word in (f"--{name}", value)]
    command = [str(Path(sys.executable).with_name("hansatsu")), "createissuer", *words]
    made = subprocess.run(
        command, env=application_environment, capture_output=True, text=True, check=True
    )
    password = re.search(r"with the password (\S+) ", made.stdout)
    assert password is not None, made.stdout
    return f"owner-{code.lower()}", password[1]


def seen(page: Page, name: str) -> None:
    """What is so on every page of the walk: its menu is in sight and nothing runs off the side."""
    expect(page.locator("#nav-sidebar")).to_be_in_viewport()
    assert page.evaluate(SIDEWAYS) <= 0, name


def send(page: Page, button: str) -> None:
    """Give the reason, and press."""
    page.locator("[name=reason]").fill(REASON)
    page.get_by_role("button", name=button, exact=True).click()


def enter(page: Page, owner: tuple[str, str]) -> None:
    """The first log-in: an own password, an authenticator."""
    login_id, password = owner
    page.goto("/console/")
    page.locator("#login_id").fill(login_id)
    page.locator("#password").fill(password)
    page.get_by_role("button", name="ログイン").click()
    page.wait_for_url("**/login/password/")
    page.locator("#password").fill(FIRST)
    page.locator("#again").fill(FIRST)
    page.get_by_role("button", name="次へ").click()
    page.wait_for_url("**/login/enrol/")
    secret = page.locator("[data-secret-key]").inner_text().replace(" ", "")
    page.locator("#code").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="登録する").click()
    page.get_by_role("button", name="しまいました。管理画面へ").click()
    page.wait_for_url("**/console/")
    seen(page, "home")


def add_emoneys(page: Page) -> None:
    """全店共通 and 中小店舗限定."""
    for name, english in (("全店共通", "All shops"), ("中小店舗限定", "Small shops only")):
        page.goto("/console/emoney/")
        page.get_by_role("link", name="電子マネーを追加").first.click()
        page.locator("[name=name]").fill(name)
        page.locator("[name=name_en]").fill(english)
        seen(page, "emoney")
        send(page, "追加する")
        expect(page.get_by_text("電子マネーを追加しました")).to_be_visible()
    page.goto("/console/emoney/")
    seen(page, "emoneys")


def add_product(page: Page) -> None:
    """A sale, and in it a product of one to three units."""
    page.goto("/console/sales/new/")
    page.locator("[name=name]").fill("試験町商品券 秋")
    page.locator("[name=name_en]").fill("Testville Vouchers, autumn")
    page.locator("[name=opens_at]").fill("2026-01-01T10:00")
    seen(page, "sale")
    send(page, "追加する")
    page.get_by_role("link", name="商品を追加").first.click()
    page.locator("[name=name]").fill("試験町商品券")
    page.locator("[name=name_en]").fill("Testville Voucher")
    page.locator("[name=most]").fill("3")
    page.locator("[name=price]").fill("10000")
    page.get_by_label("全店共通(円)").fill("5000")
    page.get_by_label("中小店舗限定(円)").fill("8000")
    page.locator("[name=rule][value=after]").check()
    page.locator("[name=months]").fill("6")
    seen(page, "product")
    send(page, "確認へ進む")
    expect(page.get_by_text("プレミアム30%").first).to_be_visible()
    seen(page, "product: to confirm")
    page.get_by_role("button", name="この内容で追加する").click()
    expect(page.get_by_text("3件の商品を追加しました")).to_be_visible()
    seen(page, "products")


def add_shops(page: Page) -> None:
    """An area and a category by hand, thirty shops from a file, after one with a slip in it."""
    for kind, name in (("areas", "駅西"), ("categories", "中小店舗")):
        page.goto(f"/console/{kind}/new/")
        page.locator("[name=name]").fill(name)
        page.locator("[name=name_en]").fill("West" if kind == "areas" else "Small shops")
        send(page, "追加する")
        expect(page.get_by_text("追加しました")).to_be_visible()
    page.goto("/console/shop/")
    seen(page, "no shops")
    page.get_by_role("link", name="ファイルから登録").first.click()
    lines = [line(number) for number in range(30)]
    for typed, said in (({"地区": "駅南"}, "31行目「地区」"), ({}, "まだ何も変わっていません")):
        content = xlsx(rows([*lines[:-1], lines[-1] | typed]))
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        file = {"name": "shops.xlsx", "mimeType": kind, "buffer": content}
        page.locator("[name=file]").set_input_files([file])  # type: ignore[list-item]
        send(page, "内容を確かめる")
        expect(page.get_by_text(said)).to_be_visible()
        seen(page, f"import: {said}")
    page.get_by_role("button", name="30店を登録・変更する").click()
    expect(page.get_by_text("30店を登録・変更しました")).to_be_visible()
    seen(page, "imported")
    page.goto("/console/shop/")
    expect(page.get_by_text("商店29")).to_be_visible()


def take(page: Page, count: int, kind: str) -> bytes:
    """Wait until all are made, then take the file."""
    expect(page.get_by_text(f"{count}枚のうち{count}枚")).to_be_visible(timeout=60_000)
    seen(page, f"{kind}: made")
    page.get_by_role("link", name="受け取る", exact=True).first.click()
    seen(page, f"{kind}: to take")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="ダウンロードする").click()
    return waiting.value.path().read_bytes()


def make(page: Page, total: str) -> None:
    """See what it comes to, and order it."""
    send(page, "確認へ進む")
    expect(page.locator("[data-figures]").get_by_text(total)).to_be_visible()
    seen(page, total)
    page.get_by_role("button", name="この内容で作る").click()


def make_codes(page: Page) -> bytes:
    """Twelve purchase codes, with their letters."""
    page.goto("/console/making/")
    page.get_by_role("link", name="購入コードを作る").first.click()
    page.locator("[name=units]").fill("2")
    page.locator("[name=first_day]").fill("2026-01-01")
    page.locator("[name=last_day]").fill("2030-12-31")
    page.locator("[name=count]").fill("12")
    seen(page, "codes")
    make(page, "24口")
    return take(page, 12, "codes")


def make_cards(page: Page) -> bytes:
    """Ten cards of 3,000 yen."""
    page.goto("/console/making/")
    page.get_by_role("link", name="カードを作る").first.click()
    page.locator("[name=name]").fill("敬老の日")
    page.get_by_label("全店共通(円)").fill("3000")
    page.locator("[name=count]").fill("10")
    seen(page, "cards")
    make(page, "30,000円分")
    return take(page, 10, "cards")


def test_a_clerk_stands_a_scheme_up(desk: Page, owner: tuple[str, str]) -> None:
    enter(desk, owner)
    add_emoneys(desk)
    add_product(desk)
    add_shops(desk)
    assert len(pypdfium2.PdfDocument(make_codes(desk))) == 12
    assert len(pypdfium2.PdfDocument(make_cards(desk))) == 2
    desk.get_by_role("button", name="保存しました").click()
    expect(desk.get_by_text("サーバーからは消えています")).to_be_visible()
    desk.goto("/console/auditentry/")
    seen(desk, "record")
    for act in ("カードの作成", "購入コードの作成", "加盟店のファイル登録", "電子マネーの追加"):
        expect(desk.get_by_text(act, exact=True).first).to_be_visible()
