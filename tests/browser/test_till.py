"""A till and a phone, side by side: the guide's way A, and what the shop sees of way B."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from hansatsu.flows.payments.takings import takings_of_day
from hansatsu.ledger import api as ledger
from hansatsu.parties import clock
from hansatsu.parties.identity.devices import revoke_device
from hansatsu.parties.wallets.selectors import total_balance
from tests.support import cashiers
from tests.support.browsers import Browsers, phone
from tests.support.camera import NO_CAMERA, SLOW_CAMERA, camera_flags, film
from tests.support.cashiers import (
    done,
    press,
    settle_up,
    shoot,
    till,
    to_confirm,
    to_scan,
    type_code,
)
from tests.support.inbox import mails_of_payments
from tests.support.phones import log_in
from tests.support.phones import pay as press_pay
from tests.support.phones import to_confirm as to_confirm_at_poster
from tests.support.shown_codes import code_to_show
from tests.support.sites import Site
from tests.support.tills import code_on, wrong
from tests.support.waiting import wait_until
from tests.town import Town

TWO_SECONDS = 2_000


@pytest.fixture
def desk(browser: Browser, site: Site, town: Town) -> Iterator[Page]:
    """The till of S0001 on a desktop."""
    with till(browser, site.url, town) as page:
        yield page


def held(town: Town) -> int:
    return total_balance(town.issuer, town.resident.wallet_id)


def taken(town: Town) -> int:
    return takings_of_day(town.shop).total


def refused(page: Page, words: str) -> None:
    expect(page.get_by_role("alert").filter(has_text=words)).to_be_visible()


def shown_code(phone_page: Page) -> str:
    code = phone_page.locator("[data-pay-code]").get_attribute("data-pay-code") or ""
    assert len(code) == 20
    return code


def test_the_camera_reads_hanakos_code_and_both_sides_see_the_same_end(
    browsers: Browsers, site: Site, town: Town, tmp_path: Path
) -> None:
    kaoru = town.add_resident("kaoru", email=f"kaoru@{town.issuer.code.lower()}.example.jp")
    town.charge(kaoru, town.all_shops, 2000)
    camera = tmp_path / "camera.y4m"
    browser = browsers.start(*camera_flags(camera))
    with phone(browser, site.url) as hers, till(browser, site.url, town) as desk:
        log_in(hers, town, "kaoru")
        film(camera, shown_code(hers))
        to_scan(desk, "1280")
        desk.wait_for_url("**/till/confirm/**")
        expect(desk.get_by_text("「花…」様")).to_be_visible()
        expect(desk.locator(".amount--xl")).to_contain_text("1,280")
        settle_up(desk)
        hers.wait_for_url("**/payments/*/?paid=1", timeout=TWO_SECONDS + 1_000)
        done(desk)
        expect(hers.get_by_role("heading", name="決済完了")).to_be_visible()

        sign = desk.locator(".sign")
        assert sign.inner_text() == hers.locator(".sign").inner_text()
        assert sign.get_attribute("class") == hers.locator(".sign").get_attribute("class")
        for clock_of in [desk, hers]:
            moving = clock_of.locator("[data-clock]")
            before = moving.inner_text()
            expect(moving).not_to_have_text(before, timeout=TWO_SECONDS)

        number = desk.url.removesuffix("/?paid=1").rpartition("/")[2]
        assert number in hers.url
        desk.get_by_role("link", name="次のお会計へ").click()
        expect(desk.locator(f"[data-number='{number}']")).to_contain_text("1,280")
        hers.goto(f"/{town.issuer.code}/history/")
        expect(hers.get_by_role("listitem").filter(has_text=number)).to_contain_text("1,280")
    browser.close()
    wait_until(lambda: bool(mails_of_payments(site, kaoru.email)), what="the payment's mail")
    assert total_balance(town.issuer, kaoru.wallet_id) == 720
    assert taken(town) == 1280


def test_a_usb_scanner_serves_wherever_the_focus_is(desk: Page, town: Town) -> None:
    code = code_on(town.device())
    for focused in ["button[data-key='7']", "input[data-amount]", "h1", ".tap"]:
        desk.goto("/shop/")
        press(desk, "100")
        desk.locator(focused).focus()
        shoot(desk, code)
        desk.wait_for_url("**/till/confirm/**")
        expect(desk.locator(".amount--xl")).to_contain_text("100")
    settle_up(desk)
    done(desk)
    assert (held(town), taken(town)) == (2400, 100)


def test_the_completion_sounds_and_the_switch_is_kept(desk: Page, town: Town) -> None:
    device = town.device()
    to_confirm(desk, "500", code_on(device))
    settle_up(desk)
    done(desk)
    assert desk.evaluate("[window.said, window.notes]") == [["500円、決済完了しました"], 3]
    desk.get_by_role("button", name="音を消す").click()
    desk.get_by_role("link", name="次のお会計へ").click()
    expect(desk.get_by_role("button", name="音を出す")).to_be_visible()
    to_confirm(desk, "300", code_on(device))
    settle_up(desk)
    done(desk)
    expect(desk.get_by_role("button", name="音を出す")).to_be_visible()  # its script has run
    assert desk.evaluate("[window.said, window.notes]") == [[], 0]


def test_scanning_before_the_amount_waits_for_it(desk: Page, town: Town) -> None:
    shoot(desk, code_on(town.device()))
    refused(desk, "コードを読み取りました。金額を入力して")
    expect(desk.get_by_label("金額を入力")).to_have_value("")
    press(desk, "700")
    desk.get_by_role("button", name="お客様のコードを読み取る").click()
    expect(desk.get_by_role("button", name="決済する")).to_be_visible()
    expect(desk.locator(".amount--xl")).to_contain_text("700")


def test_the_keyboard_writes_the_amount(desk: Page) -> None:
    field = desk.get_by_label("金額を入力")
    desk.locator("h1").click()
    desk.keyboard.type("1280", delay=100)
    expect(field).to_have_value("1,280")
    desk.keyboard.press("Backspace")
    expect(field).to_have_value("128")
    desk.keyboard.press("Escape")
    expect(field).to_have_value("")
    field.fill("１２８０円")
    expect(field).to_have_value("1,280")
    field.press("Enter")
    expect(desk.get_by_label("コードの番号を入力")).to_be_visible()
    desk.go_back()
    expect(field).to_have_value("1,280")
    expect(field).to_be_visible()


def test_a_card_is_typed_and_pays(desk: Page, town: Town) -> None:
    code, _ = town.card(900)
    to_scan(desk, "400")
    type_code(desk, f"{code[:5].lower()}-{code[5:]}")
    expect(desk.get_by_text(f"カード …{code[-4:]}")).to_be_visible()
    settle_up(desk)
    done(desk)
    assert taken(town) == 400


def test_the_success_is_spoken_once_and_its_clock_is_not(desk: Page, town: Town) -> None:
    to_confirm(desk, "500", code_on(town.device()))
    settle_up(desk)
    done(desk)
    spoken = desk.get_by_role("status")
    expect(spoken.filter(has_text="決済完了")).to_be_visible()
    expect(spoken.locator("[data-clock]")).to_have_count(0)
    desk.evaluate(
        """window.changes = 0;
        const count = (all) => { window.changes += all.length; };
        for (const live of document.querySelectorAll("[role=status], [role=alert], [aria-live]")) {
          new MutationObserver(count).observe(
            live, { subtree: true, childList: true, characterData: true });
        }"""
    )
    clock_shown = desk.locator("[data-clock]")
    for _ in range(2):
        before = clock_shown.inner_text()
        expect(clock_shown).not_to_have_text(before)
    assert desk.evaluate("window.changes") == 0


def test_three_purchases_in_a_row(
    desk: Page, browser: Browser, site: Site, town: Town, clock_connection: psycopg.Connection
) -> None:
    start = clock.now().replace(second=1, microsecond=0)
    ledger.set_clock(clock_connection, start)  # all three within one step's 30 s
    with phone(browser, site.url) as hers:
        log_in(hers, town)
        spent = ""
        for _ in range(3):
            wait_until(lambda seen=spent: shown_code(hers) != seen, seconds=5, what="a new code")
            spent = shown_code(hers)
            to_confirm(desk, "300", spent)
            settle_up(desk)
            hers.wait_for_url("**/payments/*/?paid=1")
            done(desk)
            desk.get_by_role("link", name="次のお会計へ").click()
            hers.get_by_role("link", name="トップへ戻る").click()
    assert clock.now() - start < timedelta(seconds=29)
    assert (held(town), taken(town)) == (1600, 900)


def test_a_poster_payment_shows_at_the_till_with_its_word(
    desk: Page, browser: Browser, site: Site, town: Town
) -> None:
    press(desk, "12")
    with phone(browser, site.url) as hers:
        log_in(hers, town)
        to_confirm_at_poster(hers, town, "500")
        press_pay(hers)
        hers.wait_for_url("**/payments/*/?paid=1")
        news = desk.get_by_role("status").filter(has_text="ポスターで500円のお支払いがありました")
        expect(news).to_be_visible(timeout=TWO_SECONDS)
        word = hers.locator(".sign__word").inner_text()
        expect(news).to_contain_text(word)
        expect(desk.locator("[data-number]").first).to_contain_text(word)
        expect(desk.locator(".takings__sum")).to_contain_text("500")
    assert desk.evaluate("window.said") == ["500円のお支払いがありました"]
    expect(desk.get_by_label("金額を入力")).to_have_value("12")


@pytest.mark.parametrize("page_of_shop", ["today/", "qr/"])
def test_the_other_pages_fill_live_too(desk: Page, town: Town, page_of_shop: str) -> None:
    desk.goto(f"/shop/{page_of_shop}")
    town.pay(town.resident, town.shop, 321)
    expect(desk.locator("[data-number]").first).to_contain_text("321", timeout=TWO_SECONDS)


def test_the_list_says_when_it_cannot_be_asked_for(desk: Page, town: Town) -> None:
    desk.context.set_offline(True)
    expect(desk.get_by_text("通信できません。つながりしだい更新します。")).to_be_visible(
        timeout=20_000
    )
    town.pay(town.resident, town.shop, 321)
    desk.context.set_offline(False)
    expect(desk.locator("[data-number]").first).to_contain_text("321")
    expect(desk.get_by_text("通信できません。つながりしだい更新します。")).to_be_hidden()


def test_codes_that_cannot_pay_are_told_in_words_and_change_nothing(
    desk: Page, town: Town, clock_connection: psycopg.Connection
) -> None:
    device, lost = town.device(), town.device()
    older = code_to_show(device)
    spent = code_to_show(device, after_step=older.step).digits
    to_confirm(desk, "500", spent)
    settle_up(desk)
    done(desk)
    lost_code = code_on(lost)
    revoke_device(lost)
    desk.get_by_role("link", name="次のお会計へ").click()
    to_scan(desk, "500")
    for code, words in [
        (spent, "このコードは使用済みです。"),
        (older.digits, "このコードは使用済みです。"),
        (wrong(spent), "番号が違います。"),
        (lost_code, "番号が違います。"),
    ]:
        type_code(desk, code)
        refused(desk, words)
    other = code_on(town.device())
    ledger.set_clock(clock_connection, clock.now() + timedelta(seconds=301))
    type_code(desk, other)
    refused(desk, "コードの期限が切れています。")
    refused(desk, "お客様に新しいコードを表示していただいてください。")
    assert (held(town), taken(town)) == (2000, 500)


def test_ten_wrong_codes_stop_this_till_and_not_the_customer(
    desk: Page, browser: Browser, site: Site, town: Town
) -> None:
    code = code_on(town.device())
    to_scan(desk, "500")
    for _ in range(10):
        type_code(desk, wrong(code))
        expect(desk.get_by_role("button", name="次へ")).not_to_have_attribute(
            "aria-disabled", "true"
        )
        refused(desk, "番号が違います。")
    type_code(desk, code)
    refused(desk, "この端末での読み取りを一時停止しています。")
    assert held(town) == 2500
    with till(browser, site.url, town) as other:
        to_confirm(other, "500", code)
        settle_up(other)
        done(other)


def test_short_of_value_is_told_without_the_balance(
    browser: Browser, site: Site, town: Town
) -> None:
    with till(browser, site.url, town, shop_code="S0002") as desk:
        press(desk, "1201")
        shoot(desk, code_on(town.device()))
        refused(desk, "残高が不足しています。")
        assert "1,200" not in desk.content()
        expect(desk.get_by_label("金額を入力")).to_have_value("1,201")
        desk.get_by_label("金額を入力").fill("1200")
        shoot(desk, code_on(town.device()))
        settle_up(desk)
        done(desk)
    assert held(town) == 1300


def test_two_tills_with_one_code_at_once(
    desk: Page, browser: Browser, site: Site, town: Town
) -> None:
    code = code_on(town.device())
    with till(browser, site.url, town) as other:
        to_confirm(desk, "500", code)
        to_confirm(other, "500", code)
        waiting: list[Route] = []
        for page in [desk, other]:
            page.route("**/till/confirm/**", lambda route: waiting.append(route))
            settle_up(page)
        wait_until(lambda: (desk.title(), len(waiting) == 2)[1], what="both to have sent")
        for route in waiting:
            route.continue_()
        for page in [desk, other]:
            page.unroute("**/till/confirm/**")
        green = desk.get_by_role("heading", name="決済完了").or_(
            desk.get_by_text("このコードは使用済みです。")
        )
        expect(green).to_be_visible()
        ends = sorted(
            "paid" if page.get_by_role("heading", name="決済完了").is_visible() else "refused"
            for page in [desk, other]
            if page.wait_for_url(lambda url: "paid=1" in url or "refused=" in url) is None
        )
    assert ends == ["paid", "refused"]
    assert (held(town), taken(town)) == (2000, 500)


def test_a_camera_that_sees_something_else_counts_no_wrong_code(
    browsers: Browsers, site: Site, town: Town, tmp_path: Path
) -> None:
    camera = film(tmp_path / "camera.y4m", "https://example.jp/")
    browser = browsers.start(*camera_flags(camera))
    with till(browser, site.url, town) as desk:
        sent: list[str] = []
        desk.on("request", lambda request: sent.append(request.method))
        to_scan(desk, "500")
        expect(desk.get_by_text("お客様のコードではないようです。")).to_be_visible()
        assert "POST" not in sent
    browser.close()


def test_a_refused_code_is_not_sent_again_and_again(
    browsers: Browsers, site: Site, town: Town, tmp_path: Path
) -> None:
    camera = film(tmp_path / "camera.y4m", wrong(code_on(town.device())))
    browser = browsers.start(*camera_flags(camera))
    with till(browser, site.url, town) as desk:
        sent: list[str] = []
        desk.on("request", lambda request: sent.append(request.method))
        to_scan(desk, "500")
        refused(desk, "番号が違います。")
        wait_until(lambda: desk.evaluate("performance.now()") > 3_000, what="more looks")
        assert sent.count("POST") == 1
    browser.close()


def test_a_refused_code_is_read_again_after_leaving_the_step(
    browsers: Browsers, site: Site, town: Town, tmp_path: Path
) -> None:
    code, card = town.card(100)
    browser = browsers.start(*camera_flags(film(tmp_path / "camera.y4m", code)))
    with till(browser, site.url, town) as desk:
        to_scan(desk, "500")
        refused(desk, "カードの残高が不足しています。")
        town.charge(card, town.all_shops, 400)
        desk.get_by_role("button", name="金額を変更する").click()
        desk.get_by_role("button", name="お客様のコードを読み取る").click()
        expect(desk.get_by_role("button", name="決済する")).to_be_visible()
        expect(desk.locator(".amount--xl")).to_contain_text("500")
    browser.close()


def test_a_camera_that_is_taken_away_starts_again_or_shows_its_button(
    browsers: Browsers, site: Site, town: Town, tmp_path: Path
) -> None:
    camera = film(tmp_path / "camera.y4m", "https://example.jp/")
    browser = browsers.start(*camera_flags(camera))
    take_away = "document.querySelector('video').srcObject.getTracks()[0].stop()"
    with till(browser, site.url, town) as desk:
        to_scan(desk, "500")
        expect(desk.get_by_text("お客様のコードではないようです。")).to_be_visible()
        desk.evaluate(NO_CAMERA)
        desk.evaluate(take_away)
        start = desk.get_by_role("button", name="カメラで読み取る")
        expect(start).to_be_visible()
        expect(desk.get_by_role("status").filter(has_text="カメラ")).to_be_visible()
        desk.evaluate("() => { delete navigator.mediaDevices.getUserMedia; }")
        start.click()
        expect(desk.get_by_text("お客様のコードではないようです。")).to_be_visible()
        began = desk.evaluate("performance.now()")
        wait_until(
            lambda: desk.evaluate("performance.now()") > began + 1_000, what="a steady camera"
        )
        film(camera, code_on(town.device()))
        desk.evaluate(take_away)
        expect(desk.get_by_role("button", name="決済する")).to_be_visible()
    browser.close()


def test_a_camera_that_was_asked_for_before_stops_no_newer_look(desk: Page) -> None:
    """Before: a look that was left, refused later, said so and ended the one that had begun."""
    desk.evaluate(SLOW_CAMERA)
    to_scan(desk, "500")
    desk.get_by_role("button", name="金額を変更する").click()
    desk.get_by_role("button", name="お客様のコードを読み取る").click()
    start, no_camera = (
        desk.get_by_role("button", name="カメラで読み取る"),
        desk.get_by_text("カメラを使えませんでした。"),
    )
    desk.evaluate("async () => { await window.denials[0](); }")
    expect(start).to_be_hidden()
    expect(no_camera).to_be_hidden()
    desk.evaluate("async () => { await window.denials[1](); }")
    expect(start).to_be_visible()
    expect(no_camera).to_be_visible()


def test_without_a_camera_the_till_says_what_to_do(desk: Page) -> None:
    to_scan(desk, "500")
    expect(desk.get_by_text("カメラを使えませんでした。")).to_be_visible()
    expect(desk.get_by_label("コードの番号を入力")).to_be_visible()


def test_without_javascript(browser: Browser, site: Site, town: Town) -> None:
    with till(browser, site.url, town, javascript=False) as desk:
        desk.get_by_label("金額を入力").fill("1280")
        desk.get_by_label("コードの番号を入力").fill("12345678901234567890")
        desk.get_by_role("button", name="次へ").click()
        refused(desk, "ほかのアプリのコードです。")
        desk.get_by_label("コードの番号を入力").fill(code_on(town.device()))
        desk.get_by_role("button", name="次へ").click()
        settle_up(desk)
        done(desk)
    assert taken(town) == 1280


def test_a_logged_out_till_leads_to_the_log_in(desk: Page) -> None:
    desk.context.clear_cookies(name="hansatsu_session")
    desk.wait_for_url("**/shop/login/", timeout=5_000)


def test_a_cashier_finds_the_way_from_the_landing_page(page: Page, town: Town) -> None:
    page.goto("/")
    page.get_by_role("link", name="お店のレジを使ってみる").click()
    page.wait_for_url("**/shop/login/")
    cashiers.log_in(page, town)
