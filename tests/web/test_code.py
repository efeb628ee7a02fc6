"""The pay code on the top page, and what its script asks each second, without a browser."""

import json
import re
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hansatsu.database.connections import ledger_connection
from hansatsu.formats.qr.pay_code import STEP_SECONDS, read_pay_code
from hansatsu.ledger import api as ledger
from hansatsu.parties.identity.devices import revoke_device
from hansatsu.parties.identity.models import Device
from hansatsu.parties.wallets.selectors import total_balance
from tests.support.at_the_till import pay_by_code, read
from tests.support.clients import Visitor, words
from tests.town import Town, make_town

HALFWAY = datetime.fromisoformat("2027-03-01T10:00:15+09:00")
"""In the middle of a step, so that a test does not run over its edge."""


@pytest.fixture
def town(clock_connection: psycopg.Connection) -> Town:
    town = make_town()
    town.charge(town.resident, town.all_shops, 1200)
    at(clock_connection, 0)
    return town


def at(clock: psycopg.Connection, seconds: float) -> None:
    """Set the ledger's clock to so many seconds after ``HALFWAY``."""
    ledger.set_clock(clock, HALFWAY + timedelta(seconds=seconds))


def shown(hanako: Visitor, query: str = "") -> str:
    """The 20 digits on the top page."""
    found = re.search(r'data-pay-code="(\d*)"', words(hanako.get(query)))
    assert found is not None
    return found[1]


def news(hanako: Visitor, **query: Any) -> dict[str, Any]:
    answer = hanako.get("code.json", query)
    assert answer.status_code == 200
    told: dict[str, Any] = json.loads(answer.content)
    return told


def spent(town: Town) -> int:
    device = Device.objects.get(resident=town.resident, revoked_at=None)
    last = ledger.last_step(ledger_connection(), town.issuer.pk, device.ledger_id)
    assert last is not None
    return last


def balance(town: Town) -> int:
    return total_balance(town.issuer, town.resident.wallet_id)


def test_the_top_page_shows_a_code_that_a_till_takes(town: Town, hanako: Visitor) -> None:
    page = words(hanako.get(""))
    digits = shown(hanako)
    assert len(digits) == 20
    assert read_pay_code(digits) is not None
    assert page.count("<svg") >= 2
    text = re.sub(r"<[^>]+>", "", page.split("data-pay-code")[1].split(">", 1)[1].split("</p>")[0])
    assert text == digits  # a copier of it gets the digits and nothing else
    assert pay_by_code(town, digits, 300).paid
    assert balance(town) == 900


def test_without_a_script_it_says_until_when_and_offers_a_new_one(
    town: Town, hanako: Visitor
) -> None:
    page = words(hanako.get(""))
    assert "10:04:30 まで" in page
    link = re.search(r'href="(\?after=\d+)"', page)
    assert link is not None
    assert shown(hanako, link[1]) != shown(hanako)
    assert pay_by_code(town, shown(hanako, link[1]), 1).paid


def test_a_code_that_serves_stays(hanako: Visitor, clock_connection: psycopg.Connection) -> None:
    step = news(hanako)["code"]["step"]
    at(clock_connection, 200)
    assert news(hanako, step=step, spent=-1)["code"] is None


def test_a_code_is_renewed_before_it_dies(
    town: Town, hanako: Visitor, clock_connection: psycopg.Connection
) -> None:
    first = news(hanako)["code"]
    assert first["shown_until"] - first["step"] * STEP_SECONDS * 1000 == 270_000
    assert first["dies_at"] - first["shown_until"] == 30_000
    at(clock_connection, 254)
    assert news(hanako, step=first["step"])["code"] is None
    at(clock_connection, 256)
    second = news(hanako, step=first["step"])["code"]
    assert second["step"] == first["step"] + 9
    assert read(town, first["digits"]).outcome == "ok"  # one in the cashier's hand still serves
    assert read(town, second["digits"]).outcome == "ok"


def test_a_payment_is_told_once_and_the_next_code_comes(town: Town, hanako: Visitor) -> None:
    code = news(hanako)["code"]
    number = pay_by_code(town, code["digits"], 300).number
    assert town.pay(town.resident, town.shop, 100).paid  # at a poster, in another tab
    told = news(hanako, step=code["step"], spent=-1)
    assert told["paid"] == hanako.address(f"payments/{number}/?paid=1")
    assert "page--paid" in words(hanako.get(told["paid"]))
    assert told["code"]["step"] == code["step"] + 1
    assert news(hanako, step=told["code"]["step"], spent=spent(town))["paid"] == ""


def test_a_refusal_leaves_the_code_as_it_is(town: Town, hanako: Visitor) -> None:
    code = news(hanako)["code"]
    assert pay_by_code(town, code["digits"], 1300).outcome == "insufficient"
    told = news(hanako, step=code["step"], spent=-1)
    assert (told["paid"], told["code"]) == ("", None)
    assert balance(town) == 1200
    assert pay_by_code(town, code["digits"], 1200).paid


def test_a_payment_at_a_poster_is_no_news_of_the_code(town: Town, hanako: Visitor) -> None:
    code = news(hanako)["code"]
    assert town.pay(town.resident, town.shop, 100).paid
    told = news(hanako, step=code["step"], spent=-1)
    assert (told["paid"], told["code"]) == ("", None)


def test_another_phones_payment_is_not_shown_here(town: Town, hanako: Visitor) -> None:
    other = Visitor.logged_in(town.resident)
    code = news(hanako)["code"]
    assert pay_by_code(town, news(other)["code"]["digits"], 100).paid
    told = news(hanako, step=code["step"], spent=-1)
    assert (told["paid"], told["code"]) == ("", None)


def test_three_purchases_in_a_row_and_then_a_wait(
    town: Town, hanako: Visitor, clock_connection: psycopg.Connection
) -> None:
    for _ in range(3):
        assert pay_by_code(town, news(hanako)["code"]["digits"], 100).paid
    told = news(hanako)
    assert told["code"] is None
    assert told["waits"] in {14, 15}
    assert re.search(r"次のコードまで 1[45] 秒", words(hanako.get("")))
    assert shown(hanako) == ""
    at(clock_connection, 15)
    assert pay_by_code(town, news(hanako)["code"]["digits"], 100).paid
    assert balance(town) == 800


def test_new_codes_are_given_until_the_third_has_to_wait(hanako: Visitor) -> None:
    first = news(hanako)["code"]["step"]
    assert news(hanako, step=first, after=first)["code"]["step"] == first + 1
    assert news(hanako, step=first + 1, after=first + 1)["code"]["step"] == first + 2
    told = news(hanako, step=first + 2, after=first + 2)
    assert told["code"] is None
    assert told["waits"] in {14, 15}


def test_looking_changes_nothing(town: Town, hanako: Visitor) -> None:
    def everything() -> list[Any]:
        with ledger_connection().cursor() as cursor:
            cursor.execute(
                "select d::text from ledger.device as d where d.issuer_id = %s"
                " union all select w::text from ledger.wallet as w where w.issuer_id = %s",
                [town.issuer.pk, town.issuer.pk],
            )
            return sorted(cursor.fetchall())

    before = everything()
    seen = Device.objects.get(resident=town.resident).seen_at
    step = news(hanako)["code"]["step"]
    news(hanako, step=step, after=step, spent=-1)
    hanako.get("")
    assert everything() == before
    assert Device.objects.get(resident=town.resident).seen_at == seen


def test_a_poll_is_cheap(hanako: Visitor) -> None:
    step = news(hanako)["code"]["step"]
    with CaptureQueriesContext(connection) as queries:
        answer = hanako.get("code.json", {"step": step, "spent": -1})
    assert len(queries) <= 3  # session, issuer, device: the ledger is asked beside Django
    assert len(answer.content) < 200
    assert "hansatsu_session" not in answer.cookies


def test_a_revoked_browser_and_a_stranger_are_told_so(town: Town, hanako: Visitor) -> None:
    digits = shown(hanako)
    revoke_device(Device.objects.get(resident=town.resident))
    assert hanako.get("code.json").status_code == 401
    assert Visitor(town.issuer).get("code.json").status_code == 401
    assert read(town, digits).outcome == "unknown_code"
    assert balance(town) == 1200


def test_another_issuers_session_shows_no_code(hanako: Visitor) -> None:
    other = make_town()
    assert hanako.get(f"/{other.issuer.code}/code.json").status_code == 401


def test_nobody_keeps_a_code(hanako: Visitor) -> None:
    assert "no-store" in hanako.get("code.json")["Cache-Control"]
    assert "no-store" in hanako.get("")["Cache-Control"]
    assert hanako.post("code.json").status_code == 405


@pytest.mark.parametrize("value", ["", "x", "-5", "²", "9" * 40, "999999999", "\0"])
def test_odd_questions_get_an_answer(hanako: Visitor, value: str) -> None:
    for name in ("step", "spent", "after"):
        assert hanako.get("code.json", {name: value}).status_code == 200
    assert hanako.get("", {"after": value}).status_code == 200


def test_a_stopped_wallet_shows_no_code_but_says_whom_to_ask(town: Town, hanako: Visitor) -> None:
    request = ledger.Request.of("test", f"freeze {town.issuer.code}", "freeze")
    ledger.change_state(
        ledger_connection(),
        request=request,
        issuer_id=town.issuer.pk,
        wallet_id=town.resident.wallet_id,
        change="freeze",
        reason="lost",
    )
    pages = [hanako.get(""), hanako.get(f"pay/{town.shop.code}")]
    pages.append(hanako.post(f"pay/{town.shop.code}", {"amount": "100"}))
    for page in map(words, pages):
        assert "data-pay-code" not in page
        assert 'name="amount"' not in page
        assert "このウォレットは利用が停止されています。" in page
        assert town.issuer.office_phone in page
