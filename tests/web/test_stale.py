"""Stale pages: a form of before a log-in in another tab ends where its sender wanted to go."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import HttpResponse

from hansatsu.parties.wallets.selectors import total_balance
from tests.support.clients import Visitor, words
from tests.support.tills import Till
from tests.town import Town, make_town

STALE = "csrfmiddlewaretoken"


@pytest.fixture
def town() -> Town:
    town = make_town()
    town.charge(town.resident, town.all_shops, 1000)
    return town


def stale_post(visitor: Visitor, page: str, form: dict[str, str], **extra: Any) -> HttpResponse:
    """Send a form whose guard is of before a log-in."""
    visitor.client.handler.enforce_csrf_checks = True
    for any_form in ("", "login/"):
        visitor.get(any_form)  # gives the cookie of now
    return visitor.post(page, form | {STALE: "x" * 64}, **extra)


def next_of(answer: HttpResponse) -> str:
    return parse_qs(urlsplit(answer["Location"]).query)["next"][0]


@pytest.mark.parametrize("step", ["login/", "login/check/", "login/code/", "login/code/resend/"])
def test_a_step_of_a_log_in_that_is_over_leads_into_the_wallet(town: Town, step: str) -> None:
    hanako = Visitor.logged_in(town.resident)
    answer = stale_post(hanako, step, {"code": "1234"})
    assert answer.status_code == 303
    assert hanako.get(answer["Location"])["Location"] == hanako.address("")


def test_the_log_in_of_a_second_tab_leads_to_the_page_it_was_for(town: Town) -> None:
    hanako = Visitor.logged_in(town.resident)
    wanted = hanako.address("pay/S0001?amount=300")
    answer = stale_post(hanako, "login/", {"login_id": "hanako", "next": wanted})
    assert hanako.get(answer["Location"])["Location"] == wanted
    answer = stale_post(hanako, "login/", {"next": "https://evil.example/"})
    assert hanako.get(answer["Location"])["Location"] == hanako.address("")


def test_an_amount_outlives_log_out_and_log_in(town: Town) -> None:
    hanako = Visitor.logged_in(town.resident)
    answer = stale_post(hanako, "pay/S0001", {"amount": "３００", "key": "k"})
    assert answer["Location"] == hanako.address("pay/S0001?amount=300")
    assert 'value="300"' in words(hanako.get(answer["Location"]))
    stranger = Visitor(town.issuer)
    for leads in (
        stranger.post("pay/S0001", {"amount": "300", "key": "k"}),
        stranger.get(stale_post(stranger, "pay/S0001", {"amount": "300"})["Location"]),
    ):
        assert next_of(leads) == stranger.address("pay/S0001?amount=300")
    assert total_balance(town.issuer, town.resident.wallet_id) == 1000


def test_other_stale_forms_get_a_page_of_ours_with_a_way_on(town: Town) -> None:
    hanako = Visitor.logged_in(town.resident)
    before = hanako.address("account/")
    referer = f"http://localhost{before}"
    answer = stale_post(hanako, "account/password/", {}, headers={"referer": referer})
    assert answer.status_code == 403
    page = words(answer)
    assert "操作は行われていません。" in page
    assert f'href="{before}"' in page
    assert "localhost" not in page
    english = stale_post(hanako, "account/password/?languageCd=en", {})
    assert "Nothing has been done." in words(english)
    elsewhere = {"referer": "https://evil.example/x"}
    assert "evil" not in words(stale_post(hanako, "account/password/", {}, headers=elsewhere))


def test_a_browser_without_cookies_is_told_and_not_led_round(town: Town) -> None:
    visitor = Visitor(town.issuer, enforce_csrf_checks=True)
    answer = visitor.post("pay/S0001", {"amount": "300"})
    assert answer.status_code == 403
    assert "Cookie" in words(answer)


def test_a_script_is_told_by_status(town: Town) -> None:
    hanako = Visitor.logged_in(town.resident)
    answer = stale_post(hanako, "pay/S0001", {}, headers={"accept": "application/json"})
    assert answer.status_code == 403
    assert answer["Content-Type"] == "application/json"


def test_tills_keep_their_amount_and_steps_lead_in(town: Town) -> None:
    till = Till(town.shop)
    till.client.handler.enforce_csrf_checks = True
    form = {"amount": "１,２８０", "code": "x", STALE: "x" * 64}
    for page in ("till/", "till/ask/"):
        assert till.post(page, form)["Location"] == "/shop/?amount=1280"
    for page in ("login/", "login/code/"):
        assert till.post(page, {STALE: "x" * 64})["Location"] == "/shop/"


def test_the_consoles_stale_forms_are_ours_too(town: Town) -> None:
    visitor = Visitor(town.issuer, enforce_csrf_checks=True)
    answer = visitor.post("/console/login/", {"login_id": "x"})
    assert answer.status_code == 403
    assert "操作は行われていません。" in words(answer)
