"""The till's amount field under real keys: input methods, scanners, and what is no whole yen."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page, Route, expect

from hansatsu.flows.payments.takings import takings_of_day
from tests.support.cashiers import done, press, settle_up, shoot, till, to_confirm
from tests.support.sites import Site
from tests.support.tills import code_on
from tests.support.waiting import wait_until
from tests.town import Town

EXAMPLES = json.loads((Path(__file__).parents[1] / "web" / "typed_amounts.json").read_text())
BARCODE = "4901234567894"
NOT_DIGITS = "金額は数字だけで入力してください。"


@pytest.fixture
def desk(browser: Browser, site: Site, town: Town) -> Iterator[Page]:
    """The till of S0001."""
    with till(browser, site.url, town) as page:
        yield page


@pytest.fixture
def keys(desk: Page) -> CDPSession:
    """What speaks as the input method of the till's computer."""
    desk.get_by_label("金額を入力").focus()
    return desk.context.new_cdp_session(desk)


def shown(desk: Page) -> str:
    return desk.get_by_label("金額を入力").input_value()


def refused(desk: Page, words: str) -> None:
    expect(desk.get_by_role("alert").filter(has_text=words)).to_be_visible()


def compose(keys: CDPSession, text: str) -> None:
    keys.send(
        "Input.imeSetComposition",
        {"text": text, "selectionStart": len(text), "selectionEnd": len(text)},
    )


def test_an_input_method_composes_its_amount_undisturbed(desk: Page, keys: CDPSession) -> None:
    for text in ["１", "１２", "１２８", "１２８０"]:
        compose(keys, text)
        assert shown(desk) == text
    keys.send("Input.insertText", {"text": "１２８０"})
    expect(desk.get_by_label("金額を入力")).to_have_value("1,280")
    compose(keys, "1,280円")
    keys.send("Input.insertText", {"text": "円"})
    expect(desk.get_by_label("金額を入力")).to_have_value("1,280")


def test_what_is_composed_is_kept_when_it_is_no_amount(desk: Page, keys: CDPSession) -> None:
    compose(keys, "①")
    keys.send("Input.insertText", {"text": "①"})
    expect(desk.get_by_label("金額を入力")).to_have_value("①")
    refused(desk, NOT_DIGITS)


def test_the_field_reads_as_the_server_does(desk: Page) -> None:
    field = desk.get_by_label("金額を入力")
    for example in EXAMPLES:
        field.fill(example["text"])
        if example["yen"] is not None:
            assert shown(desk) == f"{example['yen']:,}", example
        desk.get_by_role("button", name="お客様のコードを読み取る").click()
        if example["yen"] is None:
            assert desk.get_by_role("alert").inner_text().strip().endswith("。"), example
            expect(field).to_be_visible()
        else:
            expect(desk.get_by_label("コードの番号を入力")).to_be_visible()
            desk.get_by_role("button", name="金額を変更する").click()


@pytest.mark.parametrize("text", ["12.50", "1,280.00", "-５００", "½"])
def test_no_whole_yen_goes_no_further(desk: Page, town: Town, text: str) -> None:
    field = desk.get_by_label("金額を入力")
    field.fill(text)
    refused(desk, NOT_DIGITS)
    expect(field).to_have_value(text)
    expect(field).to_have_attribute("aria-invalid", "true")
    desk.get_by_role("button", name="お客様のコードを読み取る").click()
    expect(field).to_be_focused()
    shoot(desk, code_on(town.device()))
    refused(desk, NOT_DIGITS)
    expect(desk.get_by_role("button", name="決済する")).to_have_count(0)
    field.fill("1250")
    expect(desk.get_by_role("alert")).to_be_hidden()
    expect(field).not_to_have_attribute("aria-invalid", "true")
    assert takings_of_day(town.shop).total == 0


def test_no_whole_yen_is_not_asked_for_either(desk: Page, browser: Browser, site: Site) -> None:
    desk.get_by_label("金額を入力").fill("12.50")
    button = desk.get_by_role("button", name="QRコードを見せて読み取っていただく")
    desk.locator("[data-step=scan]").evaluate("step => step.hidden = false")
    button.click()
    refused(desk, NOT_DIGITS)


def test_the_pad_takes_no_digit_too_many(desk: Page) -> None:
    press(desk, "1234567")
    press(desk, "8")
    assert shown(desk) == "1,234,567"
    expect(desk.get_by_role("alert")).to_be_hidden()


@pytest.mark.parametrize("scanned", [BARCODE, "49123456", "0123", "12", "7"])
@pytest.mark.parametrize("focused", ["h1", "input[data-amount]"])
def test_a_products_barcode_is_never_an_amount(desk: Page, scanned: str, focused: str) -> None:
    press(desk, "300")
    desk.locator(focused).focus()
    shoot(desk, scanned)
    refused(desk, "お客様のコードではないようです。")
    assert shown(desk) == "300"
    expect(desk.get_by_label("コードの番号を入力")).to_be_hidden()


def test_a_scanner_without_an_enter_is_a_scanner_too(desk: Page, town: Town) -> None:
    press(desk, "300")
    desk.get_by_label("金額を入力").focus()
    shoot(desk, "4901234", end="")
    refused(desk, "お客様のコードではないようです。")
    assert shown(desk) == "300"
    shoot(desk, code_on(town.device()), end="")
    expect(desk.get_by_role("button", name="決済する")).to_be_visible()
    expect(desk.locator(".amount--xl")).to_contain_text("300")


def test_quick_hands_are_no_scanner(desk: Page) -> None:
    desk.get_by_label("金額を入力").focus()
    shoot(desk, "1280", gap=0.09)
    expect(desk.get_by_label("コードの番号を入力")).to_be_visible()
    desk.go_back()
    assert shown(desk) == "1,280"


def to_a_waiting_confirm(desk: Page, town: Town) -> list[str]:
    """On 決済の確認; what is sent of the payment from now on."""
    to_confirm(desk, "500", code_on(town.device()))
    sent: list[str] = []

    def keep(route: Route) -> None:
        if route.request.method == "POST":
            sent.append(route.request.url)
        route.continue_()

    desk.route("**/till/confirm/**", keep)
    return sent


@pytest.mark.parametrize("scanned", [BARCODE, "12345678", "7", " AB 12", ""])
def test_a_scan_on_the_confirm_page_presses_nothing(desk: Page, town: Town, scanned: str) -> None:
    sent = to_a_waiting_confirm(desk, town)
    desk.get_by_role("button", name="決済する").focus()
    shoot(desk, scanned, end="\r\r" if not scanned else "\r")
    passed: Any = desk.evaluate("performance.now()")
    wait_until(lambda: desk.evaluate("performance.now()") > passed + 700, what="a press too many")
    assert sent == []
    assert takings_of_day(town.shop).total == 0


def test_an_enter_that_stands_alone_pays(desk: Page, town: Town) -> None:
    to_a_waiting_confirm(desk, town)
    desk.get_by_role("button", name="決済する").focus()
    desk.keyboard.press("Enter")
    done(desk)
    assert takings_of_day(town.shop).total == 500


def test_a_mouse_pays_right_after_a_scan(desk: Page, town: Town) -> None:
    sent = to_a_waiting_confirm(desk, town)
    shoot(desk, BARCODE)
    settle_up(desk)
    done(desk)
    assert len(sent) == 1
