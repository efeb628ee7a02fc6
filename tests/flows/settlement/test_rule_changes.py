"""The rules of settling and the classes of fees: changed on record, never behind a closing."""

from datetime import date, timedelta

import pytest

from hansatsu.flows.settlement import fee_classes as classes
from hansatsu.flows.settlement.fee_classes import make_fee_class, move_shops
from hansatsu.flows.settlement.fees import FeeClasses
from hansatsu.flows.settlement.models import FeeClass, SettlementRules, ShopFeeClass
from hansatsu.flows.settlement.rule_changes import change_rules
from hansatsu.flows.settlement.rules import rules_of
from hansatsu.parties.issuers.audit import Actor
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.issuers.models import AuditEntry
from hansatsu.parties.issuers.names import shop_name
from tests.town import Town, make_town

DAY = date(2026, 11, 15)


@pytest.fixture
def town() -> Town:
    return make_town()


def deed(town: Town) -> Deed:
    return Deed(Actor(town.issuer, "staff:1", "責任者", "console"), "契約")


def newest(town: Town) -> AuditEntry:
    return AuditEntry.objects.of(town.issuer).latest("pk")


def made(town: Town, name: str, basis_points: int = 100, fixed: int = 0) -> FeeClass:
    fee_class = make_fee_class(deed(town), name, basis_points, fixed)
    assert fee_class is not None
    return fee_class


def test_rules_change_on_record_with_before_and_after(town: Town) -> None:
    bands = [{"from_yen": 1, "same_bank": 110, "other_bank": 330}]
    wanted = {"fee_bearer": "shop", "transfer_fees": bands, "own_number": "1234567"}
    wanted |= {"own_closed_days": [DAY]}
    assert change_rules(deed(town), wanted) == sorted(wanted)
    rules = rules_of(town.issuer)
    assert (rules.fee_bearer, rules.transfer_fees, rules.own_closed_days) == ("shop", bands, [DAY])
    entry = newest(town)
    assert (entry.act, entry.reason) == ("settlement_rules_changed", "契約")
    assert entry.before["fee_bearer"] == "issuer"
    assert entry.after["transfer_fees"] == ["1: 110 / 330"]
    assert entry.after["own_closed_days"] == ["2026-11-15"]
    assert entry.after["own_number"] == "****567"
    assert change_rules(deed(town), wanted) == []
    assert newest(town).pk == entry.pk


def test_what_is_no_setting_is_not_changed(town: Town) -> None:
    before = SettlementRules.objects.filter(pk=rules_of(town.issuer).pk).values().get()
    with pytest.raises(ValueError, match="not changed"):
        change_rules(deed(town), {"begins_at": None})
    assert SettlementRules.objects.of(town.issuer).values().get() == before


def test_a_class_is_made_once_by_its_name(town: Town) -> None:
    made(town, "一般", 150, 10)
    assert newest(town).after == {"fee_class": "一般", "basis_points": 150, "fixed": 10}
    entries = AuditEntry.objects.of(town.issuer).count()
    assert make_fee_class(deed(town), "一般", 0, 0) is None
    assert FeeClass.objects.of(town.issuer).count() == 1
    assert AuditEntry.objects.of(town.issuer).count() == entries


def test_shops_move_from_a_day_on_and_keep_their_class_before_it(town: Town) -> None:
    low, high = made(town, "会員", 50), made(town, "一般", 150)
    assert move_shops(deed(town), [town.shop, town.large_shop], low, DAY) == "moved"
    later = DAY + timedelta(days=10)
    assert move_shops(deed(town), [town.shop], high, later) == "moved"
    known = FeeClasses(town.issuer)
    yesterday = timedelta(days=1)
    assert known.of(town.shop.pk, DAY - yesterday) is None
    assert known.of(town.shop.pk, DAY) == low
    assert known.of(town.shop.pk, later - yesterday) == low
    assert known.of(town.shop.pk, later) == high
    assert known.of(town.large_shop.pk, later) == low
    entry = newest(town)
    assert entry.before == {"fee_class": ["会員"]}
    assert entry.after == {"fee_class": ["一般"], "from": later.isoformat(), "shops": 1}
    assert entry.things == [shop_name(town.shop.pk)]


def test_what_was_planned_for_later_days_is_dropped(town: Town) -> None:
    low, high = made(town, "会員", 50), made(town, "一般", 150)
    move_shops(deed(town), [town.shop], low, DAY)
    move_shops(deed(town), [town.shop], high, DAY + timedelta(days=10))
    assert move_shops(deed(town), [town.shop], high, DAY) == "moved"
    rows = ShopFeeClass.objects.of(town.issuer).values_list("fee_class", "from_day", "until_day")
    assert list(rows) == [(high.pk, DAY, None)]
    assert move_shops(deed(town), [town.shop], None, DAY + timedelta(days=3)) == "moved"
    assert FeeClasses(town.issuer).of(town.shop.pk, DAY + timedelta(days=3)) is None
    assert FeeClasses(town.issuer).of(town.shop.pk, DAY) == high


def test_a_day_that_is_closed_keeps_its_fees(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    low = made(town, "会員", 50)
    monkeypatch.setattr(classes, "settled_until", lambda _: DAY)
    entries = AuditEntry.objects.of(town.issuer).count()
    assert move_shops(deed(town), [town.shop], low, DAY) == "settled"
    assert ShopFeeClass.objects.of(town.issuer).count() == 0
    assert AuditEntry.objects.of(town.issuer).count() == entries
    assert move_shops(deed(town), [town.shop], low, DAY + timedelta(days=1)) == "moved"
