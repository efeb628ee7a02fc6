"""The pay code on a real phone: read by a real reader, renewed in time, paid with, lost."""

import io
import re
from datetime import timedelta
from itertools import product

import psycopg
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Locator, Page, Request, expect

from hansatsu.flows.payments.paid_sign import sign_of
from hansatsu.formats.qr.pay_code import STEP_SECONDS, step_of
from hansatsu.ledger import api as ledger
from hansatsu.parties import clock
from hansatsu.parties.identity.devices import devices_of, revoke_device
from hansatsu.parties.wallets.selectors import total_balance
from tests.support.at_the_till import pay_by_code, read
from tests.support.axe import Axe, Fault
from tests.support.browsers import phone
from tests.support.phones import log_in
from tests.support.sites import Site
from tests.support.waiting import wait_until
from tests.town import Town

POLL = "**/code.json?*"
HIDE = """
(hidden) => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
    document.dispatchEvent(new Event("visibilitychange"));
}
"""


@pytest.fixture
def hanako(page: Page, town: Town, clock_connection: psycopg.Connection) -> Page:
    """hanako's phone on its top page, early in a step of time."""
    start = step_of(clock.now()) * STEP_SECONDS + STEP_SECONDS + 1
    ledger.set_clock(clock_connection, clock.now().fromtimestamp(start, tz=clock.now().tzinfo))
    log_in(page, town)
    return page


def digits(page: Page) -> str:
    """What the page shows, as text."""
    return page.locator("[data-pay-code]").inner_text()


def next_digits(page: Page, before: str) -> str:
    """What it shows once it shows another code than ``before``."""
    wait_until(lambda: len(digits(page)) == 20 and digits(page) != before, seconds=5, what="a code")
    return digits(page)


def later(clock_connection: psycopg.Connection, seconds: float) -> None:
    """Put the ledger's clock forward."""
    ledger.set_clock(clock_connection, clock.now() + timedelta(seconds=seconds))


def balance(town: Town) -> int:
    return total_balance(town.issuer, town.resident.wallet_id)


def new_code(page: Page) -> Locator:
    return page.get_by_role("button", name="新しいコード")


def paid(page: Page, seconds: float = 2) -> None:
    page.wait_for_url("**/payments/*/?paid=1", timeout=seconds * 1000)
    expect(page.get_by_role("heading", name="決済完了")).to_be_visible()


def test_a_scanner_reads_both_codes_off_the_screen(hanako: Page) -> None:
    for scheme, width in product(["light", "dark"], [320, 360, 1280]):
        hanako.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        hanako.set_viewport_size({"width": width, "height": 740})
        picture = Image.open(io.BytesIO(hanako.screenshot()))
        found = {str(code.format): code.text for code in zxingcpp.read_barcodes(picture)}
        assert set(found.values()) == {digits(hanako)}, (scheme, width)
        assert len(found) == 2, (scheme, width, found)


def test_card_code_and_action_are_above_the_fold(hanako: Page, town: Town) -> None:
    hanako.set_viewport_size({"width": 360, "height": 640})
    for language in ("ja", "en"):
        hanako.goto(f"/{town.issuer.code}/?languageCd={language}")
        for part in (".note", "[data-code]", "main > a.button--large"):
            expect(hanako.locator(part)).to_be_in_viewport(ratio=1)


def test_the_countdown_runs_by_the_servers_clock(page: Page, hanako: Page) -> None:
    wrong = "Date.now = (() => { const now = Date.now; return () => now() - 3600_000; })()"
    hanako.add_init_script(wrong)  # a phone that is an hour slow
    hanako.reload()
    left = hanako.locator("[data-left]")
    expect(left).to_have_text(re.compile(r"残り [0-4]:\d\d"))
    first = left.inner_text()
    expect(left).not_to_have_text(first)


def test_a_code_is_renewed_by_itself(
    hanako: Page, town: Town, clock_connection: psycopg.Connection
) -> None:
    first = digits(hanako)
    later(clock_connection, 240)
    expect(hanako.locator("[data-left]")).to_contain_text("残り 0:2")
    assert digits(hanako) == first
    later(clock_connection, 40)
    second = next_digits(hanako, first)
    assert read(town, first).outcome == "ok"
    assert read(town, second).outcome == "ok"
    assert hanako.url.endswith(f"/{town.issuer.code}/")


def test_completion_comes_by_itself_with_the_shops_sign(hanako: Page, town: Town) -> None:
    outcome = pay_by_code(town, digits(hanako), 300)
    paid(hanako)
    assert outcome.at is not None
    sign = sign_of(town.shop.pk, outcome.at)
    expect(hanako.locator(".sign__word")).to_have_text(sign.word)
    expect(hanako.locator(f".sign--{sign.colour}")).to_be_visible()
    main = hanako.get_by_role("main")
    expect(main).to_contain_text("天王洲飯店")
    expect(main).to_contain_text("2,200")
    shown = hanako.locator("[data-clock]")
    first = shown.inner_text()
    expect(shown).not_to_have_text(first)  # it moves
    hanako.get_by_role("link", name="トップへ戻る").click()
    expect(hanako.locator("[data-pay-code]")).to_be_visible()
    assert read(town, digits(hanako)).outcome == "ok"
    assert balance(town) == 2200


def test_going_back_does_not_complete_again(hanako: Page, town: Town) -> None:
    pay_by_code(town, digits(hanako), 300)
    paid(hanako)
    hanako.go_back()
    expect(hanako.locator("[data-pay-code]")).to_be_visible()
    with hanako.expect_response(POLL) as answer:
        pass
    assert answer.value.json()["paid"] == ""
    expect(hanako).not_to_have_url("**/payments/**")


def test_three_purchases_in_a_row_then_a_wait_then_a_code(
    hanako: Page, town: Town, clock_connection: psycopg.Connection
) -> None:
    for _ in range(3):
        pay_by_code(town, digits(hanako), 100)
        paid(hanako)
        hanako.get_by_role("link", name="トップへ戻る").click()
        hanako.wait_for_url(f"**/{town.issuer.code}/")
    expect(hanako.get_by_text("次のコードまで")).to_be_visible()
    expect(hanako.locator("[data-qr]")).to_be_hidden()
    later(clock_connection, 30)
    assert pay_by_code(town, next_digits(hanako, ""), 100).paid
    paid(hanako)
    assert balance(town) == 2100


def test_new_codes_until_the_wait_says_so(
    hanako: Page, town: Town, clock_connection: psycopg.Connection
) -> None:
    first = digits(hanako)
    new_code(hanako).click()
    second = next_digits(hanako, first)
    new_code(hanako).press("Enter")
    third = next_digits(hanako, second)
    new_code(hanako).press(" ")
    waiting = hanako.locator("[data-wait]")
    expect(waiting).to_be_visible()
    expect(waiting).to_have_text(re.compile(r"次のコードまで [12]?\d 秒"))
    assert digits(hanako) == ""
    later(clock_connection, 30)
    fourth = next_digits(hanako, third)
    assert pay_by_code(town, fourth, 100).paid
    assert read(town, first).outcome == "code_used"  # older ones are dead with it
    assert read(town, third).outcome == "code_used"


def test_without_reception_the_code_lives_on_and_then_says_what_to_do(
    hanako: Page, town: Town, clock_connection: psycopg.Connection
) -> None:
    first = digits(hanako)
    hanako.context.set_offline(True)
    trouble = hanako.locator("[data-trouble]")
    expect(trouble).to_contain_text("通信できません。このコードは、あと", timeout=10_000)
    assert digits(hanako) == first
    assert pay_by_code(town, first, 300).paid  # the shop has reception
    hanako.context.set_offline(False)
    paid(hanako, 6)


def test_a_dead_code_is_not_shown_without_reception(hanako: Page, town: Town) -> None:
    hanako.context.set_offline(True)
    trouble = hanako.locator("[data-trouble]")
    trouble.wait_for(timeout=10_000)
    hanako.evaluate("(() => { const now = Date.now; Date.now = () => now() + 301_000; })()")
    expect(trouble).to_contain_text("通信できないため、コードを表示できません。")
    assert digits(hanako) == ""
    expect(hanako.locator("[data-qr]")).to_be_hidden()
    expect(hanako.get_by_role("link", name="加盟店QRコード読取")).to_be_visible()
    hanako.context.set_offline(False)
    expect(trouble).to_be_hidden(timeout=10_000)
    assert read(town, next_digits(hanako, "")).outcome == "ok"


def test_a_server_that_fails_is_no_reception_either(hanako: Page, town: Town) -> None:
    first = digits(hanako)
    hanako.route(POLL, lambda route: route.fulfill(status=502, body="<h1>Bad gateway</h1>"))
    expect(hanako.locator("[data-trouble]")).to_be_visible(timeout=10_000)
    assert digits(hanako) == first
    hanako.unroute(POLL)
    expect(hanako.locator("[data-trouble]")).to_be_hidden(timeout=10_000)


def test_nobody_is_asked_while_nobody_looks(hanako: Page) -> None:
    asked: list[str] = []

    def note(request: Request) -> None:
        if "code.json" in request.url:
            asked.append(request.url)

    hanako.clock.install()
    hanako.reload()
    hanako.on("request", note)
    hanako.clock.run_for(3_000)
    wait_until(lambda: hanako.title() != "" and bool(asked), seconds=5, what="a question")
    hanako.evaluate(HIDE, True)
    asked.clear()
    hanako.clock.run_for(10_000)
    assert asked == []
    hanako.evaluate(HIDE, False)
    wait_until(lambda: hanako.title() != "" and bool(asked), seconds=1, what="a question")


def test_a_stopped_phone_is_led_to_the_log_in(hanako: Page, town: Town) -> None:
    code = digits(hanako)
    revoke_device(devices_of(town.resident)[0])
    hanako.wait_for_url("**/login/")
    assert read(town, code).outcome == "unknown_code"
    assert balance(town) == 2500


def test_a_lost_phone_is_stopped_from_another(hanako: Page, town: Town, site: Site) -> None:
    assert hanako.context.browser is not None
    with phone(hanako.context.browser, site.url) as other:
        log_in(other, town)
        other.get_by_role("link", name="ご登録情報の確認・変更").click()
        other.get_by_role("link", name="ログイン中の端末").click()
        other.get_by_role("link", name="使用を停止").last.click()
        other.get_by_role("button", name="使用を停止する").click()
        expect(other.get_by_role("status")).to_contain_text("端末の使用を停止しました。")
        expect(other.get_by_text("ほかの端末ではログインしていません。")).to_be_visible()
        hanako.wait_for_url("**/login/")


def test_both_tabs_of_a_phone_complete(hanako: Page, town: Town) -> None:
    tab = hanako.context.new_page()
    tab.goto(hanako.url)
    pay_by_code(town, digits(tab), 300)
    paid(tab)
    hanako.bring_to_front()
    paid(hanako)
    assert balance(town) == 2200


def test_without_javascript_the_code_serves_too(hanako: Page, town: Town) -> None:
    assert hanako.context.browser is not None
    plain = hanako.context.browser.new_context(
        base_url=hanako.url,
        java_script_enabled=False,
        storage_state=hanako.context.storage_state(),
        locale="ja-JP",
    )
    tab = plain.new_page()
    tab.goto(hanako.url)
    first = digits(tab)
    expect(tab.locator("[data-left]")).to_contain_text("まで")
    new_code(tab).click()
    assert digits(tab) != first
    assert pay_by_code(town, digits(tab), 100).paid
    plain.close()


def test_axe_finds_no_serious_fault(hanako: Page, town: Town) -> None:
    axe = Axe(hanako)
    faults: list[tuple[str, Fault]] = []

    def look(name: str) -> None:
        found = axe.rules()
        for scheme in ("dark", "light"):
            hanako.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            found += axe.contrast()
        faults.extend((name, fault) for fault in found)

    hanako.goto(f"/{town.issuer.code}/account/devices/")
    look("devices")
    hanako.get_by_role("link", name="使用を停止").click()
    look("stop")
    hanako.goto(f"/{town.issuer.code}/")
    look("code")
    hanako.context.set_offline(True)
    hanako.locator("[data-trouble]").wait_for(timeout=10_000)
    look("offline")
    hanako.context.set_offline(False)
    hanako.locator("[data-trouble]").wait_for(state="hidden", timeout=10_000)
    pay_by_code(town, digits(hanako), 10)
    paid(hanako)
    look("paid")
    for _ in range(2):
        hanako.goto(f"/{town.issuer.code}/")
        pay_by_code(town, digits(hanako), 10)
        paid(hanako)
    hanako.goto(f"/{town.issuer.code}/")
    expect(hanako.get_by_text("次のコードまで")).to_be_visible()
    look("waiting")
    assert faults == []


def test_a_completion_that_stays_open_becomes_a_receipt(hanako: Page, town: Town) -> None:
    pay_by_code(town, digits(hanako), 300)
    paid(hanako)
    hanako.evaluate("(() => { const now = Date.now; Date.now = () => now() + 601_000; })()")
    hanako.wait_for_url(lambda url: url.endswith("/") and "paid=1" not in url)
    expect(hanako.get_by_role("heading", name="決済の詳細")).to_be_visible()
    expect(hanako.locator(".sign")).to_have_count(0)
