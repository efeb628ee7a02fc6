"""A till's QR code with an amount: the pages on both sides, and posters as files."""

import json

import pytest
from django.conf import settings

from hansatsu.flows.payments.till_requests import LIFETIME
from hansatsu.formats.qr.poster import read_request_url, request_url
from hansatsu.parties.wallets.selectors import total_balance
from tests.support.clients import Visitor, words
from tests.support.papers import codes_of
from tests.support.sealed import let_tokens_grow_old
from tests.support.tills import Till
from tests.town import Town, make_town


@pytest.fixture
def town() -> Town:
    town = make_town()
    town.charge(town.resident, town.all_shops, 1000)
    return town


def asked_page(till: Till, amount: str = "４００円") -> str:
    answer = till.post("till/ask/", {"amount": amount})
    assert answer.status_code == 303
    return answer["Location"]


def scanned(town: Town, hanako: Visitor, asked: str) -> str:
    """The page where the phone goes that scans what the till shows."""
    token = asked.strip("/").rpartition("/")[2]
    text = request_url(settings.SITE_URL, town.issuer.code, "S0001", token)
    answer = hanako.get("scan/", {"code": text})
    assert answer.status_code == 303
    return answer["Location"]


def state(till: Till, asked: str) -> dict[str, str]:
    found: dict[str, str] = json.loads(till.get(f"{asked}state.json").content)
    return found


def test_the_amount_is_shown_locked_paid_and_seen_by_the_till(
    town: Town, till: Till, hanako: Visitor
) -> None:
    asked = asked_page(till)
    assert "400" in words(till.get(asked))
    assert state(till, asked) == {"state": "open", "location": ""}
    page = scanned(town, hanako, asked)
    shown = words(hanako.get(page))
    assert "天王洲飯店" in shown
    assert "400" in shown
    assert 'name="amount"' not in shown
    confirm = hanako.post(page, {"amount": "1"})["Location"]
    assert "400" in words(hanako.get(confirm))
    paid = hanako.post(confirm)
    assert paid.status_code == 303
    assert "?paid=1" in paid["Location"]
    assert total_balance(town.issuer, town.resident.wallet_id) == 600
    found = state(till, asked)
    assert found["state"] == "paid"
    assert "決済完了" in words(till.get(found["location"]))
    assert till.get(asked)["Location"] == found["location"]
    assert "すでに完了しています" in words(hanako.get(page))


def test_a_withdrawn_code_is_told_to_the_customer(town: Town, till: Till, hanako: Visitor) -> None:
    asked = asked_page(till)
    page = scanned(town, hanako, asked)
    confirm = hanako.post(page)["Location"]
    assert "amount=400" in till.post(asked)["Location"]
    assert state(till, asked)["state"] == "over"
    assert "使えなくなりました" in words(hanako.get(page))
    assert "お支払いは完了していません" in words(hanako.get(hanako.post(confirm)["Location"]))
    assert total_balance(town.issuer, town.resident.wallet_id) == 1000


def test_an_old_code_begins_no_payment(
    town: Town, till: Till, hanako: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asked_page(till)
    page = scanned(town, hanako, asked)
    confirm = hanako.post(page)["Location"]
    let_tokens_grow_old(monkeypatch, LIFETIME)
    assert "使えなくなりました" in words(hanako.post(page))
    assert "もう一度はじめから" in words(hanako.get(confirm))
    hanako.post(confirm)
    assert state(till, asked)["state"] == "over"
    assert total_balance(town.issuer, town.resident.wallet_id) == 1000


def test_what_is_short_cannot_be_paid_with_less(town: Town, till: Till, hanako: Visitor) -> None:
    page = scanned(town, hanako, asked_page(till, "1,500"))
    shown = words(hanako.post(page))
    assert "残高が500円不足しています" in shown
    assert "残高をすべて使う" not in shown
    assert total_balance(town.issuer, town.resident.wallet_id) == 1000


def test_other_tills_and_made_up_codes_are_refused(town: Town, till: Till, hanako: Visitor) -> None:
    asked = asked_page(till)
    other = Till(town.large_shop)
    for page in (asked, f"{asked}state.json"):
        assert other.get(page).status_code == 404
    assert other.post(asked).status_code == 404
    assert hanako.get("pay/S0001/request/forged:1:2/").status_code == 404
    token = asked.strip("/").rpartition("/")[2]
    assert hanako.get(f"pay/S0002/request/{token}/").status_code == 404
    assert till.post("till/ask/", {"amount": "abc"}).status_code == 422
    assert state(till, asked)["state"] == "open"


def test_only_this_issuers_requests_are_read() -> None:
    site, url = "https://pay.example.jp", request_url("https://pay.example.jp", "OEM1", "S1", "a:b")

    def read(text: str) -> tuple[str, str] | None:
        return read_request_url(text, site_urls={site}, issuer_code="OEM1")

    assert read(url) == ("S1", "a:b")
    for text in [
        url.replace("OEM1", "OEM2"),
        url.replace("pay.", "evil."),
        f"{site}/OEM1/pay/S1/request//",
        f"{site}/OEM1/pay/S1",
        f"{url}<script>",
    ]:
        assert read(text) is None


@pytest.mark.parametrize(("query", "start"), [("", "http"), ("?form=stand&code=emv", "000201")])
def test_a_poster_can_be_printed_at_the_shop(till: Till, query: str, start: str) -> None:
    page = words(till.get("qr/"))
    assert "/shop/qr/poster.pdf?form=stand" in page
    answer = till.get(f"qr/poster.pdf{query}")
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    (codes,) = codes_of(answer.content)
    assert codes[0].startswith(start)


def test_no_other_poster_is_made_and_none_for_strangers(till: Till, town: Town) -> None:
    for query in ("?form=a3", "?code=../etc", "?form=&code="):
        assert till.get(f"qr/poster.pdf{query}").status_code == 404
    assert Visitor(town.issuer).get("/shop/qr/poster.pdf").status_code == 303
