"""The issuer's settings, by its owner: names, office, limits, closing days, terms."""

from typing import Any

import pytest

from hansatsu.database.connections import ledger_connection
from hansatsu.ledger import api as ledger
from hansatsu.parties.identity.models import Terms
from hansatsu.parties.issuers.closing_terms import Days, days_of, terms_of
from hansatsu.parties.issuers.models import AuditEntry, Issuer
from tests.support.clerks import Desk
from tests.support.clients import Visitor, words
from tests.town import Town


def last_act(town: Town) -> AuditEntry:
    return AuditEntry.objects.of(town.issuer).latest("pk")


def office_form(**changes: Any) -> dict[str, Any]:
    fields = {
        "name": "新しい商品券",
        "name_en": "New Vouchers",
        "seal": "新",
        "colour_primary": "#0F4C4A",
        "colour_accent": "#b5452c",
        "office_name": "新事務局",
        "office_name_en": "New Office",
        "office_phone": "0285-11-1111",
        "office_hours": "平日 9:00〜17:00",
        "office_hours_en": "Weekdays 9:00-17:00",
        "reason": "年度替わり",
    }
    return fields | changes


def test_names_and_office_change_everywhere_in_both_languages(town: Town, desk: Desk) -> None:
    assert desk.post("settings/office/", office_form()).status_code == 303
    issuer = Issuer.objects.get(pk=town.issuer.pk)
    assert (issuer.name, issuer.colour_primary) == ("新しい商品券", "#0f4c4a")
    act = last_act(town)
    assert (act.act, act.reason) == ("issuer_changed", "年度替わり")
    assert act.before["name"] == "小山市共通商品券"
    visitor = Visitor(town.issuer)
    page = words(visitor.get("contact/", {"languageCd": "en"}))
    assert "New Office" in page
    assert "Weekdays 9:00-17:00" in page
    assert "新事務局" not in page
    assert "新事務局" in words(visitor.get("contact/", {"languageCd": "ja"}))


def test_the_colour_of_an_issuer_without_english_is_changed(town: Town, desk: Desk) -> None:
    without = {"name_en": "", "office_name_en": "", "office_hours_en": ""}
    assert desk.post("settings/office/", office_form(**without)).status_code == 303
    page = words(Visitor(town.issuer).get("contact/", {"languageCd": "en"}))
    assert "新事務局" in page


def test_a_fault_of_before_does_not_stand_in_the_way(town: Town, desk: Desk) -> None:
    Issuer.objects.filter(pk=town.issuer.pk).update(office_phone="内線 12", domain="?")
    form = office_form(office_phone="0285-00-0001")
    assert desk.post("settings/office/", form).status_code == 303


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"colour_primary": "red"},
        {"office_name_en": "事務局"},
        {"office_phone": "abc"},
        {"seal": "三文字"},
        {"reason": ""},
    ],
)
def test_settings_that_are_wrong_change_nothing(
    town: Town, desk: Desk, wrong: dict[str, str]
) -> None:
    before = Issuer.objects.filter(pk=town.issuer.pk).values().get()
    assert desk.post("settings/office/", office_form(**wrong)).status_code == 422
    assert Issuer.objects.filter(pk=town.issuer.pk).values().get() == before
    assert last_act(town).act == "log_in"


def test_limits_hold_from_the_next_payment_on(town: Town, desk: Desk) -> None:
    town.charge(town.resident, town.all_shops, 5000)
    form = {"per_payment": "1000", "refund_grace_days": "3", "reason": "要綱"}
    assert desk.post("settings/rules/", form).status_code == 303
    assert town.pay(town.resident, town.shop, 1001).outcome == "over_limit"
    assert town.pay(town.resident, town.shop, 1000).paid
    rules = ledger.issuer_rules(ledger_connection(), town.issuer.pk)
    assert rules == ledger.IssuerRules(ledger.Limits(1000), 3)
    assert last_act(town).after["per_payment"] == 1000
    assert desk.post("settings/rules/", form | {"per_payment": "0"}).status_code == 422


def test_the_record_says_that_a_limit_was_lifted(town: Town, desk: Desk) -> None:
    """Before: it showed the old limit alone, as if that had been set."""
    form = {"per_payment": "3000", "refund_grace_days": "3", "reason": "要綱"}
    said = "1回のお支払いの上限(円)"
    for limit, told in (("3000", "なし → 3,000"), ("", "3,000 → なし")):
        assert desk.post("settings/rules/", form | {"per_payment": limit}).status_code == 303
        page = words(desk.get(f"auditentry/{last_act(town).pk}/"))
        assert f"{said}: {told}" in page
        assert "None" not in page


def test_takings_are_paid_out_after_they_are_closed(town: Town, desk: Desk) -> None:
    form = {"closing_day": "15", "payout_months_later": "0", "payout_day": "31", "reason": "要綱"}
    page = f"settings/closing/{terms_of(town.issuer)[0].pk}/"
    assert desk.post(page, form).status_code == 303
    assert [days_of(term) for term in terms_of(town.issuer)] == [Days(15, 0, 31)]
    assert "毎月15日に締め、同じ月末日に振込" in words(desk.get("settings/"))
    assert desk.post(page, form | {"payout_day": "10"}).status_code == 422
    assert desk.post(page, form | {"closing_day": "30"}).status_code == 422
    assert desk.post(page, form | {"reason": ""}).status_code == 422
    assert desk.post("settings/closing/0/", form).status_code == 404
    assert desk.post(page, form).status_code == 303
    assert last_act(town).act == "closing_term_changed"
    assert [days_of(term) for term in terms_of(town.issuer)] == [Days(15, 0, 31)]


def test_several_closing_days_are_added_and_removed(town: Town, desk: Desk) -> None:
    form = {"closing_day": "10", "payout_months_later": "1", "payout_day": "31", "reason": "要綱"}
    alone = words(desk.get("settings/closing/"))
    assert "毎月末日に締め、翌月末日に振込" in alone
    assert "取り除く" not in alone
    last = f"settings/closing/{terms_of(town.issuer)[0].pk}/remove/"
    assert desk.post(last, {"reason": "要綱"}).status_code == 422
    assert desk.post("settings/closing/new/", form).status_code == 303
    assert desk.post("settings/closing/new/", form).status_code == 422
    page = words(desk.get("settings/closing/"))
    assert "毎月10日に締め、翌月末日に振込" in page
    assert "取り除く" in page
    record = words(desk.get(f"auditentry/{last_act(town).pk}/"))
    assert "締め日の追加" in record
    assert "締め日(毎月)" in record
    said = record.replace("closing_term_added", "").replace('href="/console/closing/"', "")
    assert "closing" not in said
    tenth = f"settings/closing/{terms_of(town.issuer)[0].pk}/remove/"
    assert desk.post(tenth, {"reason": ""}).status_code == 422
    assert desk.post(tenth, {"reason": "要綱"}).status_code == 303
    assert [days_of(term) for term in terms_of(town.issuer)] == [Days()]


def test_a_file_that_is_due_before_the_closing_is_told(town: Town, desk: Desk) -> None:
    said = "銀行への提出期限が締め日より前になる回があります"
    assert said not in words(desk.get("settings/closing/"))
    form = {"closing_day": "28", "payout_months_later": "1", "payout_day": "1", "reason": "要綱"}
    assert desk.post("settings/closing/new/", form).status_code == 303
    form |= {"closing_day": "20", "payout_months_later": "0", "payout_day": "21"}
    assert desk.post("settings/closing/new/", form).status_code == 303
    assert said in words(desk.get("settings/closing/"))


def test_terms_are_published_as_versions(town: Town, desk: Desk) -> None:
    assert desk.get("settings/terms/").status_code == 200
    form = {"text": "## 第1条\n\n改めます。", "text_en": "## 1\n\nAmended.", "reason": "改正"}
    assert desk.post("settings/terms/", form).status_code == 303
    versions = Terms.objects.of(town.issuer).order_by("version").values_list("version", flat=True)
    assert list(versions) == [1, 2]
    assert "改めます。" in words(Visitor(town.issuer).get("terms/"))
    assert last_act(town).after == {"version": 2}


def test_the_record_names_what_was_done_to_and_leads_there(town: Town, desk: Desk) -> None:
    desk.post(f"shops/{town.shop.pk}/stop/", {"reason": "閉店"})
    page = words(desk.get("auditentry/"))
    assert f'href="/console/shop/{town.shop.pk}/">加盟店 天王洲飯店</a>' in page
    assert f'href="/console/staff/{desk.staff.pk}/">担当者 事務 一郎</a>' in page
    assert f"shop:{town.shop.pk}" not in page
    entry = last_act(town)
    assert "天王洲飯店" in words(desk.get(f"auditentry/{entry.pk}/"))


def test_the_other_language_keeps_what_a_list_was_narrowed_to(town: Town, desk: Desk) -> None:
    page = words(desk.get("shop/?open=True&q=店"))
    assert "?open=True&amp;q=%E5%BA%97&amp;languageCd=en" in page


def test_every_page_names_its_icon(desk: Desk) -> None:
    assert 'rel="icon" href="/static/icon.svg"' in words(desk.get())
