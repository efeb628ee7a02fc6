"""本日の決済: what was taken at till, poster and with cards, and the shop's own code."""

import json
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.conf import settings

from hansatsu.flows.payments.takings import takings_of_day
from hansatsu.formats.qr.drawing import qr_svg
from hansatsu.parties import clock
from tests.support.clients import words
from tests.support.tills import Till, code_on
from tests.town import Town, make_town


@pytest.fixture
def town() -> Town:
    town = make_town()
    town.charge(town.resident, town.all_shops, 5000)
    return town


def asked(till: Till, version: str = "") -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(till.get(f"today.json?version={version}").content)
    return answer


def test_an_empty_day_says_what_to_do(till: Till) -> None:
    for page in ["", "today/"]:
        assert "本日の決済はまだありません" in words(till.get(page))


def test_till_poster_card_and_refund_stand_newest_first_with_their_sum(
    town: Town, till: Till
) -> None:
    till.post(till.confirm_page("1280", code_on(town.device())))
    number = town.pay(town.resident, town.shop, 500).number
    till.post(till.confirm_page("300", town.card(1000)[0]))
    town.refund(number, 200)
    page = words(till.get("today/"))
    places = [page.index(said) for said in ["-200", ">300", ">500", ">1,280"]]
    assert places == sorted(places)
    for said in ["3件", "1,880", "コード", "ポスター", "カード", "取消"]:
        assert said in page
    for row in takings_of_day(town.shop).rows:
        if row.kind == "payment":
            assert row.word in page


def test_the_list_is_sent_only_when_it_has_changed(town: Town, till: Till) -> None:
    first = asked(till)
    assert "html" in first
    assert asked(till, first["version"]) == {"version": first["version"]}
    town.pay(town.resident, town.shop, 500)
    second = asked(till, first["version"])
    assert second["version"] != first["version"]
    assert "500" in second["html"]
    assert "data-news" in second["html"]  # of the poster nobody at the till has heard


def test_what_was_paid_at_the_till_is_no_news_there(town: Town, till: Till) -> None:
    till.post(till.confirm_page("1280", code_on(town.device())))
    assert "data-news" not in asked(till)["html"]


def test_another_shops_payments_are_not_listed(town: Town, till: Till) -> None:
    town.pay(town.resident, town.large_shop, 777)
    for page in ["", "today/", "qr/"]:
        assert ">777<" not in words(till.get(page))
    assert ">777<" not in asked(till)["html"]


def test_tomorrow_begins_anew(town: Town, till: Till, clock_connection: psycopg.Connection) -> None:
    town.pay(town.resident, town.shop, 777)
    version = asked(till)["version"]
    clock_connection.execute("SELECT ledger.set_clock_v1(%s)", [clock.now() + timedelta(days=1)])
    answer = asked(till, version)
    assert ">777<" not in answer["html"]
    assert "本日の決済はまだありません" in answer["html"]


def test_the_shops_own_code_leads_to_its_payment_page(town: Town, till: Till) -> None:
    page = words(till.get("qr/"))
    assert qr_svg(f"{settings.SITE_URL}/{town.issuer.code}/pay/S0001") in page
    assert "店舗QRコード" in page
