"""Nothing leaves the cashier unsure whether money moved (experience.md, rule 2)."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.payments.takings import takings_of_day
from hansatsu.parties.wallets.selectors import total_balance
from tests.support.browsers import phone
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
from tests.support.phones import log_in
from tests.support.sites import Site
from tests.support.tills import code_on
from tests.support.waiting import wait_until
from tests.town import Town

CONFIRM = "**/shop/till/confirm/**"
SETTLE = "**/shop/till/settle/"
RING_UP = "**/shop/till/"
DONE = "**/shop/payments/**"
NOT_PAID = "お支払いは完了していません。残高は減っていません。"
CHECKING = "確認しています。この画面のままお待ちください。"


@pytest.fixture
def desk(browser: Browser, site: Site, town: Town) -> Iterator[Page]:
    """The till of S0001, about to take ¥500 from hanako."""
    with till(browser, site.url, town) as page:
        to_confirm(page, "500", code_on(town.device()))
        yield page


def moved(town: Town) -> tuple[int, int]:
    """What hanako holds, and what the shop took."""
    held = total_balance(town.issuer, town.resident.wallet_id)
    return held, takings_of_day(town.shop).total


PAID, NOTHING = (2000, 500), (2500, 0)


def on_payment(page: Page, do: Callable[[Route], None]) -> None:
    """Do something to each POST of the payment; what else is asked of that page goes through."""

    def handle(route: Route) -> None:
        if route.request.method == "POST":
            do(route)
        else:
            route.continue_()

    page.route(CONFIRM, handle)


def lose_answer(route: Route) -> None:
    """The server gets the payment, but its answer is lost."""
    route.fetch()
    route.abort("connectionreset")


def lose_request(route: Route) -> None:
    """The payment never gets to the server."""
    route.abort("internetdisconnected")


def lose_first(times: int) -> Callable[[Route], None]:
    """No reception for so many tries."""
    asked: list[str] = []

    def handle(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) <= times:
            route.abort("internetdisconnected")
        else:
            route.continue_()

    return handle


def test_a_double_tap_pays_once(desk: Page, town: Town) -> None:
    sent: list[str] = []
    on_payment(desk, lambda route: (sent.append("POST"), route.continue_())[-1])
    desk.get_by_role("button", name="決済する").dblclick()
    done(desk)
    assert sent == ["POST"]
    assert moved(town) == PAID


def test_the_button_says_that_it_works(desk: Page) -> None:
    waiting: list[Route] = []
    on_payment(desk, waiting.append)
    settle_up(desk)
    button = desk.get_by_role("button", name="処理中")
    expect(button).to_have_attribute("aria-disabled", "true")
    waiting[0].continue_()
    done(desk)


def test_back_and_reload_pay_once(desk: Page, town: Town) -> None:
    settle_up(desk)
    done(desk)
    finished = desk.url
    desk.reload()
    assert desk.url == finished
    done(desk)
    desk.go_back()
    expect(desk.get_by_role("button", name="決済する")).to_have_count(0)
    assert moved(town) == PAID


def test_the_confirm_page_reloaded_after_the_payment_shows_its_end(desk: Page, town: Town) -> None:
    page = desk.url
    settle_up(desk)
    done(desk)
    finished = desk.url
    desk.goto(page)
    assert desk.url == finished
    assert moved(town) == PAID


def test_a_second_tab_pays_once(desk: Page, town: Town) -> None:
    tab = desk.context.new_page()
    tab.goto(desk.url)
    settle_up(desk)
    done(desk)
    settle_up(tab)
    done(tab)
    assert tab.url == desk.url
    assert moved(town) == PAID


def test_a_lost_answer_ends_in_completion(desk: Page, town: Town) -> None:
    on_payment(desk, lose_answer)
    settle_up(desk)
    done(desk)
    assert moved(town) == PAID


def test_a_lost_request_ends_in_not_paid(desk: Page, town: Town) -> None:
    on_payment(desk, lose_request)
    settle_up(desk)
    expect(desk.get_by_text(NOT_PAID)).to_be_visible()
    assert moved(town) == NOTHING
    desk.get_by_role("link", name="もう一度読み取る").click()
    expect(desk.get_by_label("コードの番号を入力")).to_be_visible()
    type_code(desk, code_on(town.device()))
    desk.unroute(CONFIRM)
    settle_up(desk)
    done(desk)
    assert moved(town) == PAID


def test_the_code_of_a_payment_that_was_not_made_is_not_spent(
    browser: Browser, site: Site, town: Town
) -> None:
    code = code_on(town.device())
    with till(browser, site.url, town) as desk:
        to_confirm(desk, "500", code)
        on_payment(desk, lose_request)
        settle_up(desk)
        expect(desk.get_by_text(NOT_PAID)).to_be_visible()
        desk.unroute(CONFIRM)
        desk.get_by_role("link", name="レジに戻る", exact=True).click()
        to_confirm(desk, "500", code)
        settle_up(desk)
        done(desk)
    assert moved(town) == PAID


@pytest.mark.parametrize(("lose", "end"), [(lose_answer, PAID), (lose_request, NOTHING)])
def test_no_reception_waits_in_words_and_ends_when_it_is_back(
    desk: Page, town: Town, lose: Callable[[Route], None], end: tuple[int, int]
) -> None:
    on_payment(desk, lose)
    desk.route(SETTLE, lose_first(2))
    settle_up(desk)
    expect(desk.get_by_text(CHECKING)).to_be_visible()
    if end == PAID:
        done(desk)
    else:
        expect(desk.get_by_text(NOT_PAID)).to_be_visible()
    assert moved(town) == end


def test_reception_that_goes_after_the_answer_still_ends_in_completion(
    desk: Page, town: Town
) -> None:
    desk.route(DONE, lose_first(2))
    settle_up(desk)
    expect(desk.get_by_text(CHECKING)).to_be_visible()
    done(desk)
    assert moved(town) == PAID


def test_offline_before_the_confirm_ends_in_not_paid(desk: Page, town: Town) -> None:
    desk.context.set_offline(True)
    settle_up(desk)
    expect(desk.get_by_text(CHECKING)).to_be_visible()
    desk.context.set_offline(False)
    expect(desk.get_by_text(NOT_PAID)).to_be_visible()
    assert moved(town) == NOTHING


def test_a_request_that_comes_late_changes_nothing(desk: Page, town: Town) -> None:
    tab = desk.context.new_page()
    tab.goto(desk.url)
    on_payment(desk, lose_request)
    settle_up(desk)
    expect(desk.get_by_text(NOT_PAID)).to_be_visible()
    settle_up(tab)
    expect(tab.get_by_text(NOT_PAID)).to_be_visible()
    assert moved(town) == NOTHING


def test_the_resident_sees_the_end_though_the_till_does_not_hear_it(
    browser: Browser, site: Site, town: Town
) -> None:
    with phone(browser, site.url) as hers, till(browser, site.url, town) as desk:
        log_in(hers, town)
        code = hers.locator("[data-pay-code]").get_attribute("data-pay-code") or ""
        to_confirm(desk, "500", code)
        on_payment(desk, lose_answer)
        desk.route(SETTLE, lose_first(3))
        settle_up(desk)
        hers.wait_for_url("**/payments/*/?paid=1", timeout=3_000)
        expect(desk.get_by_text(CHECKING)).to_be_visible()
        done(desk)
        assert desk.locator(".sign").inner_text() == hers.locator(".sign").inner_text()
    assert moved(town) == PAID


def test_no_reception_while_scanning_is_told_and_nothing_is_lost(
    browser: Browser, site: Site, town: Town
) -> None:
    with till(browser, site.url, town) as desk:
        to_scan(desk, "500")
        desk.route(RING_UP, lose_first(1))
        code = code_on(town.device())
        type_code(desk, code)
        told = desk.get_by_role("alert").filter(has_text="お支払いは行われていません。")
        expect(told).to_be_visible()
        desk.get_by_role("button", name="次へ").click()
        settle_up(desk)
        done(desk)
    assert moved(town) == PAID


def test_logged_out_meanwhile_ends_in_not_paid(desk: Page, town: Town) -> None:
    desk.context.clear_cookies(name="hansatsu_session")
    settle_up(desk)
    expect(desk.get_by_text(NOT_PAID)).to_be_visible()
    assert moved(town) == NOTHING


def test_a_scanner_on_the_confirm_page_presses_nothing(desk: Page, town: Town) -> None:
    sent: list[str] = []
    on_payment(desk, lambda route: (sent.append("POST"), route.continue_())[-1])
    desk.get_by_role("button", name="決済する").focus()
    shoot(desk, "12345678901234567890")
    wait_until(
        lambda: desk.evaluate("performance.now()") > 1_500, what="a payment that must not be"
    )
    assert sent == []
    assert moved(town) == NOTHING


def test_the_till_that_is_brought_back_begins_a_new_sale(desk: Page, town: Town) -> None:
    settle_up(desk)
    done(desk)
    desk.go_back()
    desk.wait_for_url("**/shop/")
    desk.get_by_label("金額を入力").fill("")
    press(desk, "300")
    shoot(desk, code_on(town.device()))
    settle_up(desk)
    done(desk)
    assert moved(town) == (1700, 800)


def leave_by_the_link(desk: Page) -> None:
    desk.get_by_role("link", name="やめる").click()
    expect(desk.get_by_text(NOT_PAID)).to_be_visible()


def leave_by_the_browser(desk: Page) -> None:
    before = tombstones()
    desk.go_back()
    wait_until(lambda: tombstones() > before, what="the payment's end")


def tombstones() -> int:
    """How many payments were brought to an end before they were made."""
    found = ledger_connection().execute("select count(*) from ledger.request where cancelled")
    return int(found.fetchone()[0])  # type: ignore[index]


@pytest.mark.parametrize("leave", [leave_by_the_link, leave_by_the_browser])
def test_who_leaves_a_payment_on_its_way_settles_it(
    desk: Page, town: Town, leave: Callable[[Page], None]
) -> None:
    on_its_way: list[Route] = []
    on_payment(desk, on_its_way.append)
    settle_up(desk)
    wait_until(lambda: (desk.title(), on_its_way)[1] != [], what="the payment to be sent")
    leave(desk)
    on_its_way[0].fetch()  # it arrives late
    assert moved(town) == NOTHING


def test_who_leaves_a_payment_that_was_made_hears_so(desk: Page, town: Town) -> None:
    on_its_way: list[Route] = []
    on_payment(desk, lambda route: (route.fetch(), on_its_way.append(route))[-1])
    settle_up(desk)
    wait_until(lambda: (desk.title(), on_its_way)[1] != [], what="the payment to be made")
    desk.get_by_role("link", name="やめる").click()
    done(desk)
    assert moved(town) == PAID


def test_leaving_waits_for_reception(desk: Page, town: Town) -> None:
    on_its_way: list[Route] = []
    on_payment(desk, on_its_way.append)
    desk.route(SETTLE, lose_first(2))
    settle_up(desk)
    wait_until(lambda: (desk.title(), on_its_way)[1] != [], what="the payment to be sent")
    desk.get_by_role("link", name="やめる").click()
    expect(desk.get_by_text(CHECKING)).to_be_visible()
    expect(desk.get_by_text(NOT_PAID)).to_be_visible()
    on_its_way[0].fetch()
    assert moved(town) == NOTHING


def test_stopping_before_anything_was_sent_asks_nothing(desk: Page, town: Town) -> None:
    desk.get_by_role("link", name="やめる").click()
    desk.wait_for_url("**/shop/?amount=500")
    assert moved(town) == NOTHING
