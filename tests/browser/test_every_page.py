"""Every page: no serious fault for axe by day and by night, nothing from outside, big enough to be
touched and read, and the one thing to do in sight. Both languages: tests/web/test_languages.py."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.flows.charging.shopper import Shopper, asked_for_account, mailed_page
from tests.support.buying import Stall
from tests.support.looking import SIDEWAYS, Looker
from tests.support.phones import (
    log_in,
    pay,
    send_password,
    solve_by_keyboard,
    to_check,
    to_confirm,
    to_offer,
)
from tests.support.settled import close, statement_of
from tests.support.sites import Site
from tests.town import Town

DEMO = ["/", "/gallery/", "/inbox/"]
PUBLIC = [
    *("login/", "register/", "recover/", "shops/"),
    *("terms/", "privacy/", "law/", "contact/", "faq/", "nothing/", "books/"),
]
PERSONAL = [
    *("", "scan/", "scan/?code=S9999", "charge/code/", "pay/S0001", "balance/", "history/"),
    *("account/", "account/devices/"),
]

TWICE = """
addEventListener("DOMContentLoaded", () => { document.documentElement.style.fontSize = "200%"; });
"""
OUTSIDE = """
() => [...document.querySelectorAll(".note__part")]
    .filter((part) => {
        const padding = parseFloat(getComputedStyle(part).paddingRight);
        const edge = part.getBoundingClientRect().right - padding;
        return part.querySelector(".amount").getBoundingClientRect().right > edge + 0.5;
    })
    .map((part) => part.textContent)
"""


def buying(page: Page, town: Town) -> Iterator[str]:
    """Each page of a purchase, up to the slip for the store."""
    stall = Stall(town)
    text, _ = stall.code()
    for path in ("", "charge/", "orders/", f"charge/{stall.products[0].pk}/"):
        page.goto(f"/{town.issuer.code}/{path}")
        yield f"buying: {path}"
    page.locator("#code").fill("P123")
    page.locator("form:has(#code) button").click()
    page.get_by_role("alert").wait_for()
    yield "buying: wrong code"
    page.locator("#code").fill(text)
    page.locator("form:has(#code) button").click()
    page.wait_for_url("**/confirm/")
    yield "buying: confirm"
    page.locator("form[action$='/confirm/'] button").click()
    page.wait_for_url("**/pay/")
    yield "buying: methods"
    page.locator("form:has([value=konbini]) button").click()
    page.wait_for_url("**/sandbox-pay/**")
    yield "buying: sandbox"
    page.locator("form[action$='/number/'] button").click()
    page.locator(".slip").first.wait_for(state="attached")
    page.locator("summary").first.click()
    yield "buying: slip"


def paying_back(page: Page, town: Town) -> Iterator[str]:
    """The page that asks for a bank account."""
    path = mailed_page(asked_for_account(Shopper(town)))
    page.goto(path)
    yield "payback"
    page.get_by_role("button", name="この口座へ返金を受ける").click()
    page.get_by_role("alert").wait_for()
    yield "payback: nothing typed"
    for field, typed in {"bank": "0517", "branch": "001", "number": "7654321"}.items():
        page.locator(f"#{field}").fill(typed)
    page.locator("#type-1").check()
    page.locator("#holder").fill("オヤマ ハナコ")
    page.get_by_role("button", name="この口座へ返金を受ける").click()
    page.locator(".notice--done").wait_for()
    yield "payback: done"
    page.goto(path)
    yield "payback: used"


def pages(page: Page, town: Town) -> Iterator[str]:
    """Open one page after the other: demo, public, personal, and each step of a payment."""
    for path in DEMO:
        page.goto(path)
        yield path
    for path in PUBLIC:
        page.goto(f"/{town.issuer.code}/{path}")
        yield path
    proof = statement_of(close(town.issuer), town.shop)
    page.goto(f"/{town.issuer.code}/books/closings/1/{bytes(proof.leaf).hex()}/")
    yield "books: stands there"
    to_check(page, town)
    yield "log-in: check"
    page.locator("[data-work] summary").click()
    page.locator("altcha-widget [type=checkbox]").wait_for()
    yield "log-in: work"
    send_password(page, "")
    page.get_by_role("alert").wait_for()
    yield "log-in: no password"
    solve_by_keyboard(page)
    send_password(page)
    page.wait_for_url("**/login/code/")
    yield "log-in: code"
    log_in(page, town)
    for path in PERSONAL:
        page.goto(f"/{town.issuer.code}/{path}")
        yield path
    for name, code in {"gift": town.gift()[0], "card": town.card(500)[0]}.items():
        to_offer(page, town, code)
        yield f"offer: {name}"
    page.goto(f"/{town.issuer.code}/charge/code/#{town.gift()[0]}")
    page.get_by_role("button", name="チャージする").click()
    page.wait_for_url("**/?done=1")
    yield "taken"
    yield from buying(page, town)
    yield from paying_back(page, town)
    page.goto(f"/{town.issuer.code}/pay/S0002")
    page.get_by_label("お支払い金額").fill("5500")
    page.get_by_role("button", name="お支払確認").click()
    page.get_by_role("alert").wait_for()
    yield "short of value"
    to_confirm(page, town, "500")
    yield "confirm"
    pay(page)
    page.wait_for_url("**/payments/*/?paid=1")
    yield "paid"
    page.goto(page.url.partition("?")[0])
    yield "payment"
    page.goto(f"/{town.issuer.code}/history/")
    page.locator("summary").first.click()
    yield "open row"


def test_every_page(page: Page, site: Site, town: Town) -> None:
    looker = Looker(page, site.url)
    for name in pages(page, town):
        looker.look(name, ours=name != "/inbox/")
    assert looker.faults == []


@pytest.mark.parametrize("height", [640, 740])
def test_the_one_thing_to_do_is_in_sight(page: Page, town: Town, height: int) -> None:
    page.set_viewport_size({"width": 360, "height": height})
    log_in(page, town)
    expect(page.get_by_role("link", name="加盟店QRコード読取")).to_be_in_viewport(ratio=1)
    page.goto(f"/{town.issuer.code}/pay/S0001")
    expect(page.get_by_role("button", name="お支払確認")).to_be_in_viewport(ratio=1)
    to_confirm(page, town, "1400")
    expect(page.get_by_role("button", name="お支払", exact=True)).to_be_in_viewport(ratio=1)
    pay(page)
    page.wait_for_url("**/payments/*/?paid=1")
    expect(page.locator(".amount--xl")).to_be_in_viewport(ratio=1)


def test_large_amounts_fit_when_text_is_twice_its_size(page: Page, town: Town) -> None:
    town.charge(town.resident, town.all_shops, 200_000)
    page.add_init_script(TWICE)
    log_in(page, town)
    to_confirm(page, town, "123456")
    assert page.evaluate(SIDEWAYS) <= 0
    pay(page)
    page.wait_for_url("**/payments/*/?paid=1")
    assert page.evaluate(SIDEWAYS) <= 0
    page.goto(page.url.partition("?")[0])
    assert page.evaluate(SIDEWAYS) <= 0


def test_the_note_holds_its_amounts(page: Page, town: Town) -> None:
    town.charge(town.resident, town.all_shops, 18_470)
    town.charge(town.resident, town.small_shops, 25_899)
    log_in(page, town)
    assert page.evaluate(OUTSIDE) == []
