"""Nothing leaves the resident unsure whether money moved (experience.md, rule 2)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from hansatsu.parties.wallets.selectors import total_balance
from tests.support.phones import log_in, pay, to_confirm
from tests.support.waiting import wait_until
from tests.town import Town

CONFIRM = "**/pay/S0001/confirm/**"
SETTLE = "**/pay/settle/"
NOT_PAID = "お支払いは完了していません。残高は減っていません。"


@pytest.fixture
def phone_at_the_till(page: Page, town: Town) -> Page:
    """hanako's phone, on お支払確認 of ¥500 at S0001."""
    log_in(page, town)
    to_confirm(page, town, "500")
    return page


def held(town: Town) -> int:
    return total_balance(town.issuer, town.resident.wallet_id)


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


def paid(page: Page) -> None:
    page.wait_for_url("**/payments/*/?paid=1")
    expect(page.get_by_role("heading", name="決済完了")).to_be_visible()


def test_a_double_tap_pays_once(phone_at_the_till: Page, town: Town) -> None:
    sent: list[str] = []
    on_payment(phone_at_the_till, lambda route: (sent.append("POST"), route.continue_())[-1])
    phone_at_the_till.get_by_role("button", name="お支払", exact=True).dblclick()
    paid(phone_at_the_till)
    assert sent == ["POST"]
    assert held(town) == 2000


def test_the_button_says_that_it_works(phone_at_the_till: Page) -> None:
    waiting: list[Route] = []
    on_payment(phone_at_the_till, waiting.append)
    pay(phone_at_the_till)
    button = phone_at_the_till.get_by_role("button", name="処理中")
    expect(button).to_have_attribute("aria-disabled", "true")
    waiting[0].continue_()
    paid(phone_at_the_till)


def test_back_and_reload_pay_once(phone_at_the_till: Page, town: Town) -> None:
    pay(phone_at_the_till)
    paid(phone_at_the_till)
    done = phone_at_the_till.url
    phone_at_the_till.reload()
    assert phone_at_the_till.url == done
    phone_at_the_till.go_back()
    expect(phone_at_the_till.get_by_role("button", name="お支払", exact=True)).to_have_count(0)
    assert held(town) == 2000


def test_a_second_tab_pays_once(phone_at_the_till: Page, town: Town) -> None:
    tab = phone_at_the_till.context.new_page()
    tab.goto(phone_at_the_till.url)
    pay(phone_at_the_till)
    paid(phone_at_the_till)
    pay(tab)
    paid(tab)
    assert tab.url == phone_at_the_till.url
    assert held(town) == 2000


def test_a_lost_answer_ends_in_completion(phone_at_the_till: Page, town: Town) -> None:
    on_payment(phone_at_the_till, lose_answer)
    pay(phone_at_the_till)
    paid(phone_at_the_till)
    assert held(town) == 2000


def test_a_lost_request_ends_in_not_paid(phone_at_the_till: Page, town: Town) -> None:
    on_payment(phone_at_the_till, lose_request)
    pay(phone_at_the_till)
    expect(phone_at_the_till.get_by_text(NOT_PAID)).to_be_visible()
    assert held(town) == 2500
    phone_at_the_till.get_by_role("link", name="もう一度お支払いする").click()
    phone_at_the_till.wait_for_url("**/pay/S0001")


def test_no_reception_waits_in_words_and_ends_when_it_is_back(
    phone_at_the_till: Page, town: Town
) -> None:
    on_payment(phone_at_the_till, lose_answer)
    asked: list[str] = []

    def no_reception_at_first(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) < 3:
            route.abort("internetdisconnected")
        else:
            route.continue_()

    phone_at_the_till.route(SETTLE, no_reception_at_first)
    pay(phone_at_the_till)
    waiting = phone_at_the_till.get_by_text("確認しています。この画面のままお待ちください。")
    expect(waiting).to_be_visible()
    paid(phone_at_the_till)
    assert held(town) == 2000


def test_a_request_that_comes_late_changes_nothing(phone_at_the_till: Page, town: Town) -> None:
    page = phone_at_the_till.url
    tab = phone_at_the_till.context.new_page()
    tab.goto(page)
    on_payment(phone_at_the_till, lose_request)
    pay(phone_at_the_till)
    expect(phone_at_the_till.get_by_text(NOT_PAID)).to_be_visible()
    pay(tab)
    expect(tab.get_by_text(NOT_PAID)).to_be_visible()
    assert held(town) == 2500


def test_without_javascript_it_is_paid_once_too(page: Page, town: Town) -> None:
    log_in(page, town)
    assert page.context.browser is not None
    plain = page.context.browser.new_context(
        base_url=page.url, java_script_enabled=False, storage_state=page.context.storage_state()
    )
    tab = plain.new_page()
    to_confirm(tab, town, "500")
    pay(tab)
    paid(tab)
    tab.go_back()
    assert held(town) == 2000
    plain.close()


def test_short_of_value_uses_all_there_is(page: Page, town: Town) -> None:
    log_in(page, town)
    page.goto(f"/{town.issuer.code}/pay/S0002")
    page.get_by_label("お支払い金額").fill("1500")
    page.get_by_role("button", name="お支払確認").click()
    expect(page.get_by_role("alert")).to_contain_text(
        "残高が300円不足しています。残高をすべて使い、残りは現金などでお支払いいただけます。"
    )
    expect(page.get_by_role("alert")).to_contain_text(
        "このお店では中小店舗限定は使えません。全店共通の残高は 1,200円分です"
    )
    page.get_by_role("button", name="残高をすべて使う").click()
    pay(page)
    paid(page)
    assert held(town) == 1300


def test_a_second_equal_payment_is_asked_about_first(phone_at_the_till: Page, town: Town) -> None:
    """The answer is lost and its page closed; back, and the same amount again."""
    page = phone_at_the_till
    on_payment(page, lose_answer)
    page.route(SETTLE, lambda route: route.abort("internetdisconnected"))
    pay(page)
    wait_until(lambda: held(town) == 2000, what="the payment")
    page.unroute(CONFIRM)
    page.goto(f"/{town.issuer.code}/pay/S0001")
    page.get_by_label("お支払い金額").fill("500")
    page.get_by_role("button", name="お支払確認").click()
    asked = page.get_by_role("alert").filter(has_text="このお店で500円のお支払いが完了しています。")
    expect(asked).to_be_visible()
    expect(page.get_by_text("お店の方にこの画面をお見せください")).to_have_count(0)
    assert held(town) == 2000
    page.get_by_role("button", name="もう一度お支払").click()
    paid(page)
    assert held(town) == 1500


def test_a_confirm_page_that_was_opened_before_asks_too(
    phone_at_the_till: Page, town: Town
) -> None:
    tab = phone_at_the_till.context.new_page()
    to_confirm(tab, town, "500")
    pay(phone_at_the_till)
    paid(phone_at_the_till)
    pay(tab)
    expect(tab.get_by_role("button", name="もう一度お支払")).to_be_visible()
    assert held(town) == 2000
