"""連絡先と口座: what a shop's manager sees of where it is paid, and whom the office writes to."""

import pytest

from hansatsu.parties.identity.models import Role
from hansatsu.parties.issuers.audit import CONSOLE, Actor
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.issuers.models import AuditEntry
from hansatsu.parties.seals.bank_accounts import BankAccount
from hansatsu.parties.shops.account_versions import approve, enter, waiting
from hansatsu.parties.shops.models import ContactChange, Shop
from tests.support.clerks import Desk
from tests.support.clients import words
from tests.support.tills import Till, hire
from tests.town import Town


@pytest.fixture
def boss(town: Town) -> Till:
    return Till(town.shop, hire(town.shop, role=Role.MANAGER))


def test_the_manager_sees_masked_what_is_in_force_and_what_waits(town: Town, boss: Till) -> None:
    assert "まだ登録されていません" in words(boss.get("contact/"))
    by, other = (Actor(town.issuer, f"staff:{n}", "経理", CONSOLE) for n in (1, 2))
    account = BankAccount("0129", "101", "1", "1234567", "ﾋﾏﾜﾘ ﾀﾛｳ")
    enter(by, town.shop, account, reason="届出")
    page = words(boss.get("contact/"))
    assert "承認待ちの口座" in page
    assert "****567" in page
    assert "1234567" not in page
    approve(Deed(other, "確認"), waiting(town.issuer).get())
    page = words(boss.get("contact/"))
    assert "承認待ちの口座" not in page
    assert "足利 宇都宮 0129-101 普通 ****567" in page


def test_the_manager_changes_the_address_on_record(town: Town, boss: Till) -> None:
    assert "contact/" in words(boss.get("menu/"))
    assert boss.post("contact/", {"contact_email": "mise@example.jp"}).status_code == 303
    assert Shop.objects.get(pk=town.shop.pk).contact_email == "mise@example.jp"
    act = AuditEntry.objects.of(town.issuer).latest("pk")
    assert (act.act, act.place) == ("shop_changed", f"shop:{town.shop.pk}")
    assert act.after == {"contact_email": "mise@example.jp"}
    assert ContactChange.objects.filter(shop=town.shop).count() == 1
    acts = AuditEntry.objects.of(town.issuer).count()
    answer = boss.post("contact/", {"contact_email": "mise"})
    assert (answer.status_code, "@" in words(answer)) == (422, True)
    assert Shop.objects.get(pk=town.shop.pk).contact_email == "mise@example.jp"
    assert AuditEntry.objects.of(town.issuer).count() == acts


def test_a_clerk_changes_the_address_with_a_reason(town: Town) -> None:
    desk = Desk(town.issuer, Role.OPERATOR)
    form = {
        **{name: getattr(town.shop, name) for name in ("name", "name_kana", "name_en", "address")},
        "area": str(town.area.pk),
        "category": str(town.category.pk),
        "phone": "",
        "contact_email": "mise@example",
        "reason": "届出",
    }
    assert desk.post(f"shops/{town.shop.pk}/edit/", form).status_code == 422
    assert Shop.objects.get(pk=town.shop.pk).contact_email == ""
    form["contact_email"] = "mise@example.jp"
    assert desk.post(f"shops/{town.shop.pk}/edit/", form).status_code == 303
    assert Shop.objects.get(pk=town.shop.pk).contact_email == "mise@example.jp"
    assert "mise@example.jp" in words(desk.get(f"shop/{town.shop.pk}/"))
