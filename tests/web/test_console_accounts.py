"""Accounts of shops on the console: entered by one, approved by another."""

import re

import pytest

from hansatsu.parties.identity.models import Role
from hansatsu.parties.issuers.models import AuditEntry
from hansatsu.parties.shops.account_versions import open_version, to_pay, waiting
from hansatsu.parties.shops.models import AccountVersion, Batch, Shop
from tests.support.clerks import Desk
from tests.support.clients import words
from tests.support.sheets import line, rows, upload, xlsx
from tests.town import Town

ACCOUNT = {
    "bank": "0129",
    "branch": "101",
    "type": "2",
    "number": "7654321",
    "holder": "カフェ・ド・パリ（株）",
    "reason": "届出",
}
WHY = {"reason": "通帳の写しと照合"}


@pytest.fixture
def keiko(town: Town) -> Desk:
    return Desk(town.issuer, Role.ACCOUNTANT)


@pytest.fixture
def osamu(town: Town) -> Desk:
    return Desk(town.issuer, Role.OWNER)


def entered(town: Town, desk: Desk, **changes: str) -> AccountVersion:
    answer = desk.post(f"shops/{town.shop.pk}/account/", ACCOUNT | changes)
    assert answer.status_code == 303, words(answer)
    return waiting(town.issuer).get()


def state(town: Town) -> tuple[object, ...]:
    versions = AccountVersion.objects.of(town.issuer).order_by("pk").values()
    return list(versions), AuditEntry.objects.of(town.issuer).count()


def test_an_account_is_entered_and_approved_by_another(
    town: Town, keiko: Desk, osamu: Desk
) -> None:
    assert "承認を待っている" not in words(osamu.get())
    version = entered(town, keiko)
    assert "承認を待っている振込先の口座が1件あります" in words(osamu.get())
    assert "承認を待っている" not in words(keiko.get())
    shop = words(keiko.get(f"shop/{town.shop.pk}/"))
    assert "****321" in shop
    assert "7654321" not in shop
    page = words(osamu.get(f"accounts/{version.pk}/approve/"))
    assert "7654321" in page
    assert "ｶﾌｴ.ﾄﾞ.ﾊﾟﾘ(ｶ" in page
    assert "口座名義カナ: カフェ・ド・パリ（株） → ｶﾌｴ.ﾄﾞ.ﾊﾟﾘ(ｶ" in page
    assert "足利 0129" in page
    answer = osamu.post(f"accounts/{version.pk}/approve/", WHY)
    assert answer.status_code == 303
    assert to_pay(town.issuer, [town.shop.pk]) == {town.shop.pk: version}
    act = AuditEntry.objects.of(town.issuer).latest("pk")
    assert (act.act, act.reason) == ("shop_account_approved", WHY["reason"])
    assert "7654321" not in str(act.after)
    listed = words(osamu.get("accountversion/"))
    assert "承認済み" in listed
    assert "7654321" not in listed
    told = osamu.post(f"accounts/{version.pk}/approve/", WHY)
    assert (told.status_code, "すでに承認" in words(told)) == (409, True)


def test_ones_own_is_refused_in_words(town: Town, keiko: Desk) -> None:
    version = entered(town, keiko)
    before = state(town)
    page = f"accounts/{version.pk}/approve/"
    assert "自分で入力した口座は承認できません" in words(keiko.get(page))
    answer = keiko.post(page, WHY)
    assert (answer.status_code, "自分で入力した" in words(answer)) == (409, True)
    assert state(town) == before
    assert f"{version.pk}/approve/" not in words(keiko.get(f"accountversion/{version.pk}/"))
    assert f"{version.pk}/decline/" in words(keiko.get(f"accountversion/{version.pk}/"))
    assert keiko.post(f"accounts/{version.pk}/decline/", WHY).status_code == 303
    assert not waiting(town.issuer).exists()


def test_what_changes_is_marked(town: Town, keiko: Desk, osamu: Desk) -> None:
    osamu.post(f"accounts/{entered(town, keiko).pk}/approve/", WHY)
    version = entered(town, keiko, number="1111111")
    page = words(osamu.get(f"accounts/{version.pk}/approve/"))
    assert page.count("変わる<") == 1
    assert "7654321" in page
    assert "1111111" in page
    again = keiko.post(f"shops/{town.shop.pk}/account/", ACCOUNT | {"number": "1111111"})
    assert (again.status_code, "同じです" in words(again)) == (422, True)


def imported(town: Town, desk: Desk) -> Batch:
    content = upload(xlsx(rows([line(1), line(2, holder="ショーヲ")])))
    desk.post("shops/import/", {"file": content, "known": "refuse", "reason": "新年度"})
    batch = Batch.objects.of(town.issuer).get()
    assert desk.post(f"shops/batches/{batch.pk}/apply/").status_code == 303
    return batch


def test_the_accounts_of_a_file_are_approved_on_one_page(
    town: Town, keiko: Desk, osamu: Desk
) -> None:
    batch = imported(town, osamu)
    way, page = f"batch/{batch.pk}/", f"shops/batches/{batch.pk}/accounts/"
    assert "承認待ちの口座(2店)" in words(keiko.get(way))
    assert "承認待ちの口座" not in words(osamu.get(way))
    before = state(town)
    own = osamu.post(page, WHY | {"seen": "x"})
    assert (own.status_code, "自分で入力した" in words(own)) == (409, True)
    shown = words(keiko.get(page))
    assert "ｼﾖ-ｵ" in shown
    assert "口座名義カナ: ショーヲ → ｼﾖ-ｵ" in shown
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', shown)
    assert found is not None
    seen = {"seen": found[1]}
    assert keiko.post(page, seen | {"reason": ""}).status_code == 422
    assert state(town) == before
    shop = Shop.objects.of(town.issuer).get(code="K00002")
    osamu.post(f"shops/{shop.pk}/account/", ACCOUNT)
    before = state(town)
    answer = keiko.post(page, WHY | seen)
    assert (answer.status_code, "何も承認していません" in words(answer)) == (409, True)
    assert state(town) == before
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', words(answer))
    assert found is not None
    assert keiko.post(page, WHY | {"seen": found[1]}).status_code == 303
    first = Shop.objects.of(town.issuer).get(code="K00001")
    paid = to_pay(town.issuer, [first.pk, shop.pk])
    assert {pk: open_version(each).number for pk, each in paid.items()} == {first.pk: "1234567"}
    assert "承認待ちの口座はありません" in words(keiko.get(page))


def test_a_new_shops_account_waits_with_what_was_converted(town: Town, osamu: Desk) -> None:
    form = {
        "code": "S0009",
        "name": "喫茶",
        "name_kana": "キッサ",
        "address": "中央町1",
        "area": str(town.area.pk),
        "category": str(town.category.pk),
        "takes": [str(town.all_shops.pk)],
        **ACCOUNT,
        "bank": "129",
    }
    assert osamu.post("shops/new/", form).status_code == 303
    version = waiting(town.issuer).get()
    assert version.notes == [
        "金融機関番号: 129 → 0129",
        "口座名義カナ: カフェ・ド・パリ（株） → ｶﾌｴ.ﾄﾞ.ﾊﾟﾘ(ｶ",
    ]
    assert version.entered_by == osamu.staff.actor


def test_of_the_post_bank_both_forms_are_shown(town: Town, keiko: Desk, osamu: Desk) -> None:
    post = {"bank": "9900", "branch": "10120", "number": "12345671", "type": "1"}
    version = entered(town, keiko, **post)
    assert version.notes[:2] == ["支店番号: 10120 → 018", "口座番号: 12345671 → 1234567"]
    page = words(osamu.get(f"accounts/{version.pk}/approve/"))
    assert "10120-12345671" in page
    assert ">1234567" in page
    form = words(keiko.get(f"shops/{town.shop.pk}/account/"))
    assert 'value="10120"' in form
    assert 'value="12345671"' in form
    converted = post | {"branch": "018", "number": "1234567"}
    again = keiko.post(f"shops/{town.shop.pk}/account/", ACCOUNT | converted)
    assert (again.status_code, "同じです" in words(again)) == (422, True)
