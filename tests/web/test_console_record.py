"""操作の記録 is found by shop, payment, person, act and day, and leads to things and back."""

import re
from collections.abc import Iterable
from unittest import mock
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hansatsu.formats.japan import in_japan
from hansatsu.parties import clock
from hansatsu.parties.identity.models import Role
from hansatsu.parties.issuers.audit import CONSOLE, Actor, audit, place_of_shop
from hansatsu.parties.issuers.models import AuditEntry
from hansatsu.web.console.frame.access import Clerk
from hansatsu.web.console.staff import audit as audit_lists
from hansatsu.web.console.staff.subjects import Subject, subjects_of
from tests.support.clerks import Desk
from tests.support.clients import words
from tests.town import Town, make_town

NUMBER = "T12345678901220261129000000000001"


@pytest.fixture(scope="module")
def town() -> Town:
    """With five acts by five people."""
    town = make_town()
    shop, other, resident = town.shop, town.large_shop, town.resident
    for who, place, act, subject, things in (
        ("店長 花", place_of_shop(shop.pk), "pin_set", "staff:999", []),
        ("経理 次郎", CONSOLE, "shop_account", f"shop:{shop.pk}", []),
        ("運用 三郎", CONSOLE, "emoney_accepted", "emoney:1", [f"shop:{shop.pk}"]),
        ("窓口 四郎", CONSOLE, "refund", f"payment:{NUMBER}", [f"shop:{other.pk}"]),
        ("窓口 五郎", CONSOLE, "wallet_frozen", f"resident:{resident.pk}", []),
    ):
        by = Actor(town.issuer, "staff:998", who, place)
        audit(by, act, subject, reason=f"{who}の理由", things=things)
    return town


@pytest.fixture(scope="module")
def desk(town: Town) -> Desk:
    return Desk(town.issuer)


def found(desk: Desk, query: str) -> list[str]:
    """Who acted, by the family names of the fixture, in the order of the list."""
    page = words(desk.get(f"auditentry/?{query}"))
    body = page[page.index('id="result_list"') :] if 'id="result_list"' in page else ""
    return re.findall("(花|次郎|三郎|四郎|五郎)(?!の)", body)


def test_it_is_found_by_what_can_be_named(town: Town, desk: Desk) -> None:
    """Before: by the name of who acted alone; a shop, a payment or an act found nothing."""
    code, name = town.shop.code, quote(town.shop.name)
    assert found(desk, f"q={code}") == found(desk, f"q={name}") == ["三郎", "次郎", "花"]
    assert found(desk, f"q={NUMBER}") == found(desk, f"q={NUMBER.lower()}") == ["四郎"]
    assert found(desk, f"q={quote('窓口')}") == ["五郎", "四郎"]
    assert found(desk, f"q={quote('振込先の口座')}") == ["次郎"]
    assert found(desk, f"q={quote('三郎の理由')}") == ["三郎"]
    assert found(desk, f"q={town.resident.login_id}") == ["五郎"]
    assert found(desk, f"q={quote('だれもいない')}") == []


def test_a_resident_is_found_by_who_may_find_people(town: Town) -> None:
    viewer = Desk(town.issuer, Role.ACCOUNTANT)
    assert found(viewer, f"q={town.resident.login_id}") == ["五郎"]
    other = make_town()
    assert found(Desk(other.issuer), f"q={NUMBER}") == []


def test_it_is_narrowed_by_act_day_and_thing(town: Town, desk: Desk) -> None:
    today = f"{in_japan(clock.now()):%Y-%m-%d}"
    everybody = ["五郎", "四郎", "三郎", "次郎", "花"]
    assert found(desk, "act=refund") == ["四郎"]
    assert found(desk, f"first={today}&last={today}") == everybody
    assert found(desk, "last=2020-01-01") == []
    assert found(desk, f"about=shop:{town.large_shop.pk}") == ["四郎"]
    assert found(desk, f"about=shop:{town.shop.pk}&act=emoney_accepted") == ["三郎"]
    page = words(desk.get(f"auditentry/?about=shop:{town.shop.pk}"))
    assert f"加盟店 {town.shop.name}" in page
    assert desk.get("auditentry/?first=2026-13-40").status_code == 404


def test_things_lead_to_their_record_and_it_leads_back(town: Town, desk: Desk) -> None:
    resident = town.resident
    shop_page = words(desk.get(f"shop/{town.shop.pk}/"))
    assert f"auditentry/?about=shop%3A{town.shop.pk}" in shop_page
    story = words(desk.get(f"support/residents/{resident.pk}/"))
    assert f"auditentry/?about=resident%3A{resident.pk}" in story
    entry = AuditEntry.objects.of(town.issuer).get(act="wallet_frozen")
    page = words(desk.get(f"auditentry/{entry.pk}/"))
    assert f"利用者 {resident.pk}</a>" in page
    entry = AuditEntry.objects.of(town.issuer).get(act="emoney_accepted")
    assert f"加盟店 {town.shop.name}</a>" in words(desk.get(f"auditentry/{entry.pk}/"))


def test_what_else_an_act_is_about_is_read_for_its_own_page(town: Town, desk: Desk) -> None:
    """Before: a list named up to fifty things for each of its fifty acts, and showed none."""
    asked: set[str] = set()

    def keeping(clerk: Clerk, texts: Iterable[str]) -> dict[str, Subject]:
        wanted = set(texts)
        asked.update(wanted)
        return subjects_of(clerk, wanted)

    entry = AuditEntry.objects.of(town.issuer).get(act="emoney_accepted")
    also = f"shop:{town.shop.pk}"
    with (
        mock.patch.object(audit_lists, "subjects_of", keeping),
        CaptureQueriesContext(connection) as queries,
    ):
        assert found(desk, "act=emoney_accepted") == ["三郎"]
    assert (entry.subject in asked, also in asked) == (True, False)
    read = [query["sql"].split(" FROM ")[0] for query in queries]
    assert not [columns for columns in read if '"things"' in columns]
    assert f"加盟店 {town.shop.name}</a>" in words(desk.get(f"auditentry/{entry.pk}/"))


def test_an_area_is_added_for_a_reason(town: Town, desk: Desk) -> None:
    form = {"name": "駅北", "name_en": "North", "order": 7}
    assert desk.post("areas/new/", form).status_code == 422
    assert desk.post("areas/new/", form | {"reason": "区画整理"}).status_code == 303
    assert AuditEntry.objects.of(town.issuer).latest("pk").reason == "区画整理"


def test_things_of_one_act_are_listed_as_the_reader_lists(town: Town, desk: Desk) -> None:
    by = Actor(town.issuer, "staff:998", "運用 三郎", CONSOLE)
    things = [f"shop:{each.pk}" for each in (town.shop, town.large_shop)]
    audit(by, "emoney_not_accepted", "emoney:1", things=things)
    entry = AuditEntry.objects.of(town.issuer).latest("pk")
    assert "</a>、<a" in words(desk.get(f"auditentry/{entry.pk}/"))
    assert "</a>, <a" in words(desk.get(f"auditentry/{entry.pk}/?languageCd=en"))
