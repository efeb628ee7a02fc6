"""Shops in the console: registered, imported, changed, stopped, each with a reason on record."""

import io
import re
from datetime import datetime
from typing import Any
from unittest import mock
from urllib.parse import quote

import pypdfium2
import pytest
from django.conf import settings
from openpyxl import load_workbook

from hansatsu.database.connections import ledger_connection
from hansatsu.formats.japan import JAPAN
from hansatsu.ledger import api as ledger
from hansatsu.parties import clock
from hansatsu.parties.identity.models import Role
from hansatsu.parties.issuers.models import AuditEntry
from hansatsu.parties.shops.account_versions import entered, open_version
from hansatsu.parties.shops.changes import Change
from hansatsu.parties.shops.models import AccountVersion, Area, Batch, Shop
from hansatsu.web.console.shops.batch_words import ChangeWords
from tests.support.clerks import Desk
from tests.support.clients import Visitor, words
from tests.support.papers import text_of
from tests.support.sheets import csv_file, line, rows, upload, xlsx
from tests.town import Town, make_town


def form_of(town: Town, **changes: Any) -> dict[str, Any]:
    fields = {
        "code": "s0009",
        "name": "喫茶ひまわり",
        "name_kana": "きっさひまわり",
        "name_en": "Cafe Himawari",
        "area": town.area.pk,
        "category": town.category.pk,
        "address": "中央町1-2-3",
        "phone": "0285ー00ー0009",
        "takes": [town.all_shops.pk],
        "reason": "申込書 12",
    }
    return fields | changes


def last_act(town: Town) -> AuditEntry:
    return AuditEntry.objects.of(town.issuer).latest("pk")


def test_a_shop_is_registered_and_takes_payments_at_once(town: Town, desk: Desk) -> None:
    account = {
        "bank": "129",
        "branch": "101",
        "type": "1",
        "number": "1234567",
        "holder": "ひまわり",
    }
    answer = desk.post("shops/new/", form_of(town, **account))
    shop = Shop.objects.of(town.issuer).get(code="S0009")
    assert answer["Location"] == f"/console/shop/{shop.pk}/"
    assert (shop.name_kana, shop.phone) == ("キッサヒマワリ", "0285-00-0009")
    page = words(desk.get(answer["Location"]))
    assert "足利 宇都宮 0129-101 普通 ****567" in page
    act = last_act(town)
    assert (act.act, act.reason, act.subject) == ("shop_added", "申込書 12", f"shop:{shop.pk}")
    assert "1234567" not in str(act.after)
    town.charge(town.resident, town.all_shops, 300)
    assert town.pay(town.resident, shop, 300).paid
    assert "喫茶ひまわり" in words(Visitor.logged_in(town.resident).get("shops/"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "S0001"},
        {"code": "店"},
        {"name": ""},
        {"area": "0"},
        {"takes": []},
        {"bank": "0129"},
        {"reason": ""},
    ],
)
def test_a_form_that_is_wrong_makes_nothing(town: Town, desk: Desk, wrong: dict[str, Any]) -> None:
    before = Shop.objects.of(town.issuer).count(), AuditEntry.objects.of(town.issuer).count()
    assert desk.post("shops/new/", form_of(town, **wrong)).status_code == 422
    after = Shop.objects.of(town.issuer).count(), AuditEntry.objects.of(town.issuer).count()
    assert after == before


def test_nothing_of_another_issuer_can_be_chosen(town: Town, desk: Desk) -> None:
    other = make_town()
    for field, value in (
        ("area", other.area.pk),
        ("category", other.category.pk),
        ("takes", [other.all_shops.pk]),
    ):
        assert desk.post("shops/new/", form_of(town, **{field: value})).status_code == 422
    assert Shop.objects.of(town.issuer).count() == 2


def test_a_shop_is_changed_and_its_code_stays(town: Town, desk: Desk) -> None:
    form = form_of(town, code="S9999", name="新しい店名", address="駅前1")
    assert desk.post(f"shops/{town.shop.pk}/edit/", form).status_code == 303
    shop = Shop.objects.get(pk=town.shop.pk)
    assert (shop.code, shop.name, shop.address) == ("S0001", "新しい店名", "駅前1")
    act = last_act(town)
    assert act.before["name"] == "天王洲飯店"
    assert act.after["name"] == "新しい店名"
    assert "code" not in act.after


def test_what_a_shop_takes(town: Town, desk: Desk) -> None:
    town.charge(town.resident, town.small_shops, 300)
    form = {"takes": [town.all_shops.pk], "reason": "要件を外れた"}
    assert desk.post(f"shops/{town.shop.pk}/takes/", form).status_code == 303
    assert town.pay(town.resident, town.shop, 300).outcome == "not_accepted"
    act = last_act(town)
    assert (act.before, act.after) == (
        {"takes": ["全店共通", "中小店舗限定"]},
        {"takes": ["全店共通"]},
    )


def test_a_stopped_shop_takes_nothing_gives_back_and_starts_again(town: Town, desk: Desk) -> None:
    town.charge(town.resident, town.all_shops, 1000)
    paid = town.pay(town.resident, town.shop, 300)
    assert desk.post(f"shops/{town.shop.pk}/stop/", {"reason": "閉店"}).status_code == 303
    assert town.pay(town.resident, town.shop, 300).outcome == "not_accepted"
    assert town.shop.name not in words(Visitor.logged_in(town.resident).get("shops/"))
    town.refund(paid.number)
    assert "停止中" in words(desk.get(f"shop/{town.shop.pk}/"))
    form = {"takes": [town.all_shops.pk], "reason": "x"}
    assert desk.post(f"shops/{town.shop.pk}/takes/", form).status_code == 422
    assert town.pay(town.resident, town.shop, 300).outcome == "not_accepted"
    page = words(desk.get(f"shops/{town.shop.pk}/start/"))
    assert len(re.findall(r"<input[^>]*\schecked", page)) == 2  # what it took before
    form = {"takes": [town.all_shops.pk, town.small_shops.pk], "reason": "再開届"}
    assert desk.post(f"shops/{town.shop.pk}/start/", form).status_code == 303
    assert town.pay(town.resident, town.shop, 300).paid
    acts = AuditEntry.objects.of(town.issuer).order_by("-pk")[:2]
    assert [act.act for act in acts] == ["shop_started", "shop_stopped"]


def test_the_accounts_numbers_are_looked_up(town: Town, desk: Desk) -> None:
    page = f"shops/{town.shop.pk}/account/"
    form = {"bank": "0129", "branch": "101", "type": "2", "number": "7654321", "holder": "ｶ)ﾃﾝﾉｳｽﾞ"}
    answer = desk.post(page, form | {"branch": "999", "reason": "届出"})
    assert "「足利」に、この番号の支店はありません。" in words(answer)
    assert entered(town.issuer, [town.shop.pk]) == {}
    assert desk.post(page, form | {"reason": "届出"}).status_code == 303
    account = open_version(entered(town.issuer, [town.shop.pk])[town.shop.pk])
    assert (account.number, account.holder) == ("7654321", "ｶ)ﾃﾝﾉｳｽﾞ")
    assert last_act(town).after == {"account": "足利 宇都宮 0129-101 当座 ****321 カ)テンノウズ"}
    assert desk.post(page, {"reason": "届出"}).status_code == 422


def test_areas_and_categories(town: Town, desk: Desk) -> None:
    form = {"name": "駅東", "name_en": "East", "order": 5, "reason": "新設"}
    assert desk.post("areas/new/", form).status_code == 303
    assert desk.post("areas/new/", form).status_code == 422
    area = Area.objects.of(town.issuer).get(name="駅東")
    form |= {"name": "東口", "reason": "呼び名"}
    assert desk.post(f"areas/{area.pk}/edit/", form).status_code == 303
    assert "東口" in words(desk.get("area/"))
    assert last_act(town).before["name"] == "駅東"
    assert (
        desk.post(
            "categories/new/",
            {"name": "大型店", "name_en": "Large", "order": 2, "reason": "新設"},
        ).status_code
        == 303
    )


NEW = {"known": "refuse", "reason": "新規"}
CHANGE = {"known": "change", "reason": "新年度"}


def filled_in(sheet: Any) -> bytes:
    """The form with its own example as a shop K1."""
    for place, cell in enumerate(sheet.parent["記入例"][2], 1):
        sheet.cell(2, place).value = cell.value
    sheet["A2"] = "K1"
    file = io.BytesIO()
    sheet.parent.save(file)
    return file.getvalue()


def confirm(desk: Desk) -> None:
    """Say yes to what was drafted last."""
    batch = Batch.objects.of(desk.issuer).latest("pk")
    assert desk.post(f"shops/batches/{batch.pk}/apply/").status_code == 303


def test_the_template_can_be_filled_in_and_sent(town: Town, desk: Desk) -> None:
    answer = desk.get("shops/import/template.xlsx")
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    file = filled_in(sheet)
    answer = desk.post("shops/import/", {"file": upload(file), **NEW})
    assert not Shop.objects.of(town.issuer).filter(code="K1").exists()
    assert "新しい加盟店" in words(desk.get(answer["Location"]))
    confirm(desk)
    shop = Shop.objects.of(town.issuer).get(code="K1")
    assert ledger.takes(ledger_connection(), town.issuer.pk)[shop.pk] == [
        town.all_shops.pk,
        town.small_shops.pk,
    ]


def test_a_file_with_faults_says_where(town: Town, desk: Desk) -> None:
    table = rows([line(number) | ({"地区": "北"} if number % 2 else {}) for number in range(300)])
    form = {"file": upload(xlsx(table)), **NEW}
    answer = desk.post("shops/import/", form)
    assert answer.status_code == 422
    page = words(answer)
    assert "1店も登録していません" in page
    assert "3行目「地区」: 「北」という地区は登録されていません。" in page
    assert "ほかに50件あります" in page
    assert Shop.objects.of(town.issuer).count() == 2


def test_who_may_not_set_accounts_sends_none_in_a_file(town: Town) -> None:
    operator = Desk(town.issuer, Role.OPERATOR)
    acts = AuditEntry.objects.of(town.issuer).count()
    without = dict.fromkeys(
        ("金融機関番号", "支店番号", "預金種目", "口座番号", "口座名義カナ"), ""
    )
    table = rows([line(1) | without, line(2) | without | {"口座番号": "1234567"}])
    form = {"file": upload(xlsx(table)), **NEW}
    answer = operator.post("shops/import/", form)
    assert answer.status_code == 422
    assert "3行目「口座番号」: 口座を登録できるのは" in words(answer)
    assert Shop.objects.of(town.issuer).count() == 2
    assert not AccountVersion.objects.of(town.issuer).exists()
    assert AuditEntry.objects.of(town.issuer).count() == acts


def test_who_may_not_set_accounts_registers_without(town: Town) -> None:
    operator = Desk(town.issuer, Role.OPERATOR)
    assert "口座の列はありません" in words(operator.get("shops/import/"))
    assert "口座の5列は空けておけます" in words(Desk(town.issuer).get("shops/import/"))
    answer = operator.get("shops/import/template.xlsx")
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert [cell.value for cell in sheet[1]][-1] == "使える電子マネー"
    form = {"file": upload(filled_in(sheet)), **NEW}
    assert operator.post("shops/import/", form).status_code == 303
    confirm(operator)
    assert Shop.objects.of(town.issuer).filter(code="K1").exists()


def test_who_may_not_set_accounts_sets_none_with_a_new_shop(town: Town) -> None:
    operator = Desk(town.issuer, Role.OPERATOR)
    assert 'name="holder"' not in words(operator.get("shops/new/"))
    account = {"bank": "129", "branch": "101", "type": "1", "number": "1234567", "holder": "ヒ"}
    assert operator.post("shops/new/", form_of(town, **account)).status_code == 303
    assert Shop.objects.of(town.issuer).filter(code="S0009").exists()
    assert not AccountVersion.objects.of(town.issuer).exists()


def test_known_shops_are_changed_by_a_file_that_is_looked_at_first(town: Town, desk: Desk) -> None:
    book = load_workbook(io.BytesIO(desk.get("shops/import/shops.xlsx").content))
    sheet = book.worksheets[0]
    assert sheet["A2"].value == "S0001"
    sheet["G2"] = "駅前9-1"
    file = io.BytesIO()
    book.save(file)
    form = {"file": upload(file.getvalue()), "known": "change", "reason": "転居"}
    answer = desk.post("shops/import/", form)
    page = words(desk.get(answer["Location"]))
    assert f"住所: {town.shop.address} → 駅前9-1" in page
    assert "内容が変わる加盟店" in page
    assert Shop.objects.get(pk=town.shop.pk).address == town.shop.address
    confirm(desk)
    assert Shop.objects.get(pk=town.shop.pk).address == "駅前9-1"
    assert last_act(town).things[1:] == [f"shop:{town.shop.pk}"]


def test_a_file_shows_until_when_a_shop_takes_what_it_takes(town: Town, desk: Desk) -> None:
    """Before: it showed names alone, and made what had an end endless."""
    connection, end = ledger_connection(), datetime(2100, 4, 1, tzinfo=JAPAN)
    small, every = [(town.shop.pk, each.pk) for each in (town.small_shops, town.all_shops)]
    ledger.end_acceptances(connection, issuer_id=town.issuer.pk, pairs=[small])
    ledger.set_acceptances(connection, issuer_id=town.issuer.pk, pairs=[every], end=end)
    table = csv_file([["加盟店番号", "使える電子マネー"], ["S0001", "全店共通、中小店舗限定"]])
    desk.post("shops/import/", {"file": upload(table, "shops.csv"), **CHANGE})
    batch = Batch.objects.of(town.issuer).get()
    told = "全店共通 (2100/03/31まで) → 全店共通 (2100/03/31まで)、中小店舗限定"
    assert f"使える電子マネー: {told}" in words(desk.get(f"shops/batches/{batch.pk}/apply/"))
    confirm(desk)
    told = "全店共通 (2100/03/31まで)、中小店舗限定 → 全店共通 (2100/03/31まで)"
    assert f"使える電子マネー: {told}" in words(desk.get(f"shops/batches/{batch.pk}/undo/"))
    told = "All shops (Until 2100/03/31), Small shops only → All shops (Until 2100/03/31)"
    assert told in words(desk.get(f"shops/batches/{batch.pk}/undo/?languageCd=en"))


def test_who_drafts_accounts_and_may_not_set_them_any_more_sets_none(
    town: Town, desk: Desk
) -> None:
    desk.post("shops/import/", {"file": upload(xlsx(rows([line(1)]))), **NEW})
    batch = Batch.objects.of(town.issuer).get()
    acts = AuditEntry.objects.of(town.issuer).count()
    desk.staff.role = Role.OPERATOR
    desk.staff.save(update_fields=["role"])
    answer = desk.post(f"shops/batches/{batch.pk}/apply/")
    assert "前の画面からやり直してください" in words(answer)
    assert not Shop.objects.of(town.issuer).filter(code="K00001").exists()
    assert not AccountVersion.objects.of(town.issuer).exists()
    assert AuditEntry.objects.of(town.issuer).count() == acts
    batch.refresh_from_db()
    assert batch.applied_at is None


def test_who_may_not_set_accounts_cannot_undo_a_file_that_set_them(town: Town, desk: Desk) -> None:
    desk.post("shops/import/", {"file": upload(xlsx(rows([line(1)]))), **NEW})
    confirm(desk)
    batch = Batch.objects.of(town.issuer).get()
    undo = f"shops/batches/{batch.pk}/undo/"
    operator = Desk(town.issuer, Role.OPERATOR)
    assert "責任者と経理担当" in words(operator.get(undo))
    assert operator.post(undo, {"reason": "誤り"}).status_code == 422
    assert Shop.objects.of(town.issuer).filter(code="K00001").exists()
    assert desk.post(undo, {"reason": "誤り"}).status_code == 303
    assert not Shop.objects.of(town.issuer).filter(code="K00001").exists()


def test_a_body_that_says_it_is_too_large_is_not_read(town: Town, desk: Desk) -> None:
    class Unread(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise AssertionError("it was read")

    answer = desk.client.generic(
        "POST",
        "/console/shops/import/",
        b"",
        content_type="multipart/form-data; boundary=x",
        **{"CONTENT_LENGTH": str(1024**3), "wsgi.input": Unread()},  # type: ignore[arg-type]
    )
    assert answer.status_code == 413
    assert "5MBまで" in words(answer)
    assert settings.LARGEST_BODY < 10 * 1024 * 1024


def test_posters_of_many_shops_are_one_file(town: Town, desk: Desk) -> None:
    for number in range(3):
        town.add_shop(f"T{number}", town.all_shops)
    for form in ("a4", "stand"):
        answer = desk.post("shops/posters/", {"shops": "0", "form": form, "code": "url"})
        assert answer["Content-Type"] == "application/pdf"
        pdf = pypdfium2.PdfDocument(answer.content)
        assert len(pdf) == 5
        text = "".join(page.get_textpage().get_text_range() for page in pdf)
        for code in ("S0001", "S0002", "T0", "T1", "T2"):
            assert code in text
    one = desk.post(f"shops/{town.shop.pk}/poster/", {"shops": "0", "form": "a4", "code": "emv"})
    assert len(pypdfium2.PdfDocument(one.content)) == 1


@pytest.mark.parametrize("asked", ["渡邉\U000e0101商店", "\u200b渡邉\U000e0101"])
def test_a_shop_is_found_by_its_name_as_it_is_written(town: Town, desk: Desk, asked: str) -> None:
    Shop.objects.filter(pk=town.large_shop.pk).update(name="渡邉\U000e0101商店")
    assert "天王洲飯店" not in words(desk.get(f"shop/?q={quote(asked)}"))
    place = f'href="/console/shop/{town.large_shop.pk}/'
    assert place in words(desk.get(f"shop/?q={quote(asked)}"))
    place = f'href="/console/support/shops/{town.large_shop.pk}/"'
    assert place in words(desk.post("support/", {"text": asked}))


def test_the_list_finds_and_narrows(town: Town, desk: Desk) -> None:
    assert "スーパーおもいがわ" not in words(desk.get("shop/?q=天王洲"))
    Shop.objects.filter(pk=town.large_shop.pk).update(open=False)
    page = words(desk.get("shop/?open=False"))
    assert "スーパーおもいがわ" in page
    assert "天王洲飯店" not in page
    assert "全店共通、中小店舗限定" in words(desk.get(f"shop/?area={town.area.pk}"))


def test_the_foot_of_a_list_counts_as_the_reader_does(town: Town, desk: Desk) -> None:
    count = Shop.objects.of(town.issuer).count()
    assert f"加盟店 {count}件" in words(desk.get("shop/"))
    assert f"{count} shops" in words(desk.get("shop/?languageCd=en"))
    (first, *_) = Shop.objects.of(town.issuer)
    page = words(desk.get(f"shop/?q={first.code}&languageCd=en"))
    assert re.search(r">\s*1 shop\s*<", page)


def test_a_state_has_its_colour_in_both_languages(town: Town, desk: Desk) -> None:
    green = [
        words(desk.get(f"shop/?languageCd={each}")).count("text-green-") for each in ("ja", "en")
    ]
    assert green[0] == green[1] >= Shop.objects.of(town.issuer).count()


def test_the_foot_of_a_shop_leads_back_to_the_list_as_it_was_searched(
    town: Town, desk: Desk
) -> None:
    shop = Shop.objects.of(town.issuer).first()
    assert shop is not None
    page = desk.get(f"shop/{shop.pk}/?_changelist_filters=q%3DS00").content.decode()
    way = re.search(r'<a href="([^"]+)"[^>]*>\s*一覧へ戻る\s*</a>', page)
    assert way is not None
    assert way[1] == "/console/shop/?q=S00"
    assert "閉じる" not in page


def test_letters_that_cannot_be_printed_are_named_before_a_poster_is(town: Town) -> None:
    desk = Desk(town.issuer)
    shop = town.add_shop("S0077", town.all_shops, name="𠮷田屋・髙はし☕")
    form = {"shops": "0", "form": "a4", "code": "url"}
    asked = desk.post(f"shops/{shop.pk}/poster/", form)
    assert "「𠮷田屋・髙はし☕」の「☕」は印刷できず、〓になります。" in words(asked)
    assert desk.post("shops/posters/", form).content[:4] != b"%PDF"
    for page in (f"shops/{shop.pk}/poster/", "shops/posters/"):
        assert desk.confirm(page, form).content.startswith(b"%PDF")
    Shop.objects.filter(pk=shop.pk).update(name="𠮷田屋・髙はし")
    pdf = desk.post(f"shops/{shop.pk}/poster/", form).content
    assert pdf.startswith(b"%PDF")
    assert "𠮷田屋・髙はし" in text_of(pdf)


def test_changes_in_words_ask_the_clock_once(town: Town) -> None:
    """Before: for what each shop takes, before and after; each time is a query."""
    takes = {str(town.all_shops.pk): [[None, "2098-01-01T00:00:00+00:00"]]}
    change = Change(town.shop.pk, "S0001", town.shop.name, {"takes": {}}, {"takes": takes})
    with mock.patch.object(clock, "now", wraps=clock.now) as now:
        said = ChangeWords(town.issuer)
        lines = [said.lines(each) for each in (change, change.turned, change)]
    assert "2098/01/01" in lines[0][0]
    assert now.call_count == 1
