"""The console's first page: charts that agree with the books, tables behind them, what to do."""

import html
import json
import re
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.core.cache import cache

import hansatsu
from hansatsu.formats.japan import in_japan
from hansatsu.ledger import api as ledger
from hansatsu.parties import clock
from hansatsu.parties.identity.guess_alarms import TEXTS
from hansatsu.parties.issuers.alarms import raise_alarm
from hansatsu.parties.issuers.services import open_issuer
from hansatsu.parties.programs.services import open_emoney
from hansatsu.parties.shops.services import open_area, open_category
from hansatsu.web.console.home import dashboard
from hansatsu.web.console.home.alarm_words import alarm_title
from hansatsu.web.console.home.dashboard import charts
from tests.support.clerks import Desk
from tests.support.clients import words
from tests.town import Town, make_town, new_issuer


def used_town(town: Town) -> None:
    """1,000 and 500 issued, 300 used, 100 of it given back."""
    town.charge(town.resident, town.all_shops, 1000)
    town.charge(town.resident, town.small_shops, 500)
    paid = town.pay(town.resident, town.large_shop, 300)
    town.refund(paid.number, 100)


def test_the_figures_are_those_of_the_books(town: Town) -> None:
    used_town(town)
    issued, used, left, by_category, orders = charts(town.issuer)
    today = f"{in_japan(clock.now()):%m/%d}"
    assert issued.head[1:] == ["全店共通", "中小店舗限定"]
    assert issued.rows[-1] == (today, [1000, 500])
    assert used.rows[-1] == (today, [200, 0])
    assert left.rows[-1] == (today, [800, 500])
    assert left.rows[-2][1] == [0, 0]
    assert by_category.rows == [("中小店舗 100%", [200])]
    assert orders.rows == []
    assert len(issued.rows) == 30


def test_nothing_of_another_issuer_is_in_them(town: Town) -> None:
    used_town(make_town())
    assert not any(chart.says_something for chart in charts(town.issuer))


def test_they_are_read_again_after_a_minute_only(town: Town) -> None:
    assert charts(town.issuer)[0].rows[-1][1] == [0, 0]
    used_town(town)
    assert charts(town.issuer)[0].rows[-1][1] == [0, 0]
    cache.clear()
    assert charts(town.issuer)[0].rows[-1][1] == [1000, 500]


def test_days_that_are_over_are_read_once(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dashboard, "KEPT_FOR", 0)
    with mock.patch.object(dashboard.ledger, "outstanding_at", wraps=ledger.outstanding_at) as read:
        charts(town.issuer)
        used_town(town)
        issued, used, left, by_category, _ = charts(town.issuer)
    assert read.call_count == 1
    assert (issued.rows[-1][1], used.rows[-1][1]) == ([1000, 500], [200, 0])
    assert (left.rows[-1][1], left.rows[-2][1]) == ([800, 500], [0, 0])
    assert by_category.rows == [("中小店舗 100%", [200])]


def drawn(page: str) -> list[dict[str, Any]]:
    return [json.loads(html.unescape(each)) for each in re.findall(r'data-value="([^"]+)"', page)]


def test_the_page_draws_them_with_a_table_behind_each(town: Town) -> None:
    used_town(town)
    page = words(Desk(town.issuer).get())
    found = drawn(page)
    assert [each["datasets"][0]["data"][-1] for each in found] == [1000, 200, 800, 200]
    assert page.count("表で見る") == 4
    assert "<td" in page
    assert not re.search(r"<script(?![^>]*\ssrc=)", page)


def test_bars_stand_upon_each_other_and_figures_are_grouped(town: Town) -> None:
    """Before: 10,000 and 16,000 looked like 16,000, in bars 4 px wide, as 16000."""
    issued, _used, left, by_category, _orders = charts(town.issuer)
    drawn_as = json.loads(issued.options)
    assert [drawn_as["scales"][axis]["stacked"] for axis in "xy"] == [True, True]
    assert drawn_as["locale"] == "ja-JP"
    assert drawn_as["datasets"]["bar"]["maxBarThickness"] >= 8
    assert json.loads(left.options)["scales"]["y"]["stacked"] is False
    assert "scales" not in json.loads(by_category.options)


@pytest.mark.parametrize(
    ("amounts", "parts"),
    [
        ([1, 1, 1], [34, 33, 33]),
        ([3333, 3333, 3334], [33, 33, 34]),
        ([0, 0], [0, 0]),
        ([5, -5], [100, 0]),
        ([199, 1], [100, 0]),
        ([], []),
    ],
)
def test_shares_are_a_hundred_together(amounts: list[int], parts: list[int]) -> None:
    """Before: each was rounded down, and they were 97 together."""
    assert dashboard.shares(amounts) == parts


def test_what_wants_attention_leads_there(town: Town) -> None:
    page = words(Desk(town.issuer).get())
    assert 'href="/console/shop/">振込先の口座が未登録の加盟店が2店あります。' in page
    assert "英語" not in page  # which is nobody's duty


def test_an_alarm_says_what_it_is_about_in_both_languages(town: Town) -> None:
    terminal = town.terminal()
    raise_alarm(town.issuer, kind="wrong_codes", subject=terminal.actor, text="天王洲飯店: レジ")
    resident = f"resident:{town.resident.pk}"
    raise_alarm(town.issuer, kind="purchase_code_guesses", subject=resident, text="止めました。")
    desk = Desk(town.issuer)
    page = words(desk.get(""))
    assert "端末で違う番号の読み取りが続いた" in page
    assert f'href="/console/support/residents/{town.resident.pk}/"' in page
    assert town.resident.given_name not in page
    assert "Wrong purchase codes again and again" in words(desk.get("?languageCd=en"))
    assert "/support/residents/" not in words(Desk(town.issuer, "viewer").get(""))


def test_every_kind_of_alarm_has_words() -> None:
    source = "".join(each.read_text() for each in Path(hansatsu.__path__[0]).rglob("*.py"))
    kinds = set(re.findall(r'raise_alarm\([^)]*?kind="(\w+)"', source))
    kinds |= set(re.findall(r'_warn\(\s*order, "(\w+)"', source)) | set(TEXTS)
    assert len(kinds) > 10
    assert [kind for kind in kinds if alarm_title(kind) == kind] == []


def test_a_new_town_is_told_its_next_step_alone() -> None:
    issuer = open_issuer(new_issuer())
    desk = Desk(issuer)
    steps = ["はじめに、電子マネー", "地区(駅前、", "業種(飲食、", "加盟店を登録してください"]
    told = []
    for add in (
        lambda: open_emoney(issuer, name="全店共通", name_en=""),
        lambda: open_area(issuer, name="駅西", name_en=""),
        lambda: open_category(issuer, name="中小店舗", name_en=""),
        lambda: None,
    ):
        page = words(desk.get(""))
        told.append([step in page for step in steps])
        add()
    assert told == [[step == told_now for step in range(4)] for told_now in range(4)]
