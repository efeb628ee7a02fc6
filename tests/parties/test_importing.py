"""Shops from files: all or none; sentences with line and column; nothing that does harm."""

import io
import tracemalloc
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import load_workbook

from hansatsu.database.connections import ledger_connection
from hansatsu.ledger import api as ledger
from hansatsu.parties.issuers.audit import Actor
from hansatsu.parties.issuers.models import AuditEntry
from hansatsu.parties.seals.bank_accounts import open_account
from hansatsu.parties.shops.batches import Outcome, apply, draft
from hansatsu.parties.shops.importing import EXAMPLE, HEADINGS, Import, read_shops
from hansatsu.parties.shops.models import AccountVersion, BatchKind, ContactChange, Shop
from hansatsu.parties.shops.sheets import form_file, known_file
from tests.support.racing import CALLERS, race
from tests.support.sheets import SHEET, bomb, csv_file, line, replaced, rows, xlsx
from tests.town import Town, make_town


@pytest.fixture(scope="module")
def town() -> Town:
    return make_town()


def read(town: Town, content: bytes, *, known: bool = False) -> Import:
    return read_shops(town.issuer, content, accounts=True, known=known)


def send(town: Town, content: bytes, *, known: bool = False) -> tuple[Import, Outcome]:
    """What was read, and what came of it when its reader said yes."""
    result = read(town, content, known=known)
    if result.refused:
        return result, Outcome()
    by = Actor(town.issuer, "staff:1", "事務 一郎", "console")
    batch = draft(by, BatchKind.FILE, result.changes, reason="新年度")
    return result, apply(by, batch, accounts=True)


def state(town: Town) -> tuple[object, ...]:
    """What a refused file leaves as it was."""
    return (
        list(Shop.objects.of(town.issuer).order_by("pk").values()),
        AccountVersion.objects.of(town.issuer).count(),
        ledger.acceptances(ledger_connection(), town.issuer.pk),
        AuditEntry.objects.of(town.issuer).count(),
    )


@pytest.mark.parametrize("write", [xlsx, csv_file, lambda t: csv_file(t, "utf-8-sig")])
def test_thirty_shops(write: object) -> None:
    town = make_town()
    lines = [line(number) for number in range(30)]
    lines[3] |= {"使える電子マネー": "全店共通"}
    lines[4] |= dict.fromkeys(list(HEADINGS.values())[10:], "")
    result, outcome = send(town, write(rows(lines)))  # type: ignore[operator]
    assert (outcome.done, result.refused) == (30, False), result
    shops = Shop.objects.of(town.issuer).filter(code__startswith="K")
    taken = ledger.takes(ledger_connection(), town.issuer.pk)
    both = [town.all_shops.pk, town.small_shops.pk]
    assert [taken[shop.pk] for shop in shops] == [
        both[:1] if shop.code == "K00003" else both for shop in shops
    ]
    assert AccountVersion.objects.of(town.issuer).count() == 29
    account = open_account(AccountVersion.objects.get(shop=shops[0]).sealed)
    assert (account.bank, account.branch, account.number) == ("0129", "101", "1234567")
    act = AuditEntry.objects.of(town.issuer).get()
    assert (act.act, act.reason, act.after["count"]) == ("shops_imported", "新年度", 30)
    shop = shops[0]
    town.charge(town.resident, town.small_shops, 500)
    assert town.pay(town.resident, shop, 500).paid


def test_three_bad_rows_among_ten_thousand(town: Town) -> None:
    lines = [line(number) for number in range(10_000)]
    lines[11] |= {"地区": "駅南"}
    lines[5_000] |= {"支店番号": "999"}
    lines[9_999] |= {"加盟店番号": "K00000"}
    before = state(town)
    result, _ = send(town, xlsx(rows(lines)))
    assert [str(fault) for fault in result.faults] == [
        "13行目「地区」: 「駅南」という地区は登録されていません。",
        "5002行目「支店番号」: 「足利」に、この番号の支店はありません。",
        "10001行目「加盟店番号」: 加盟店番号「K00000」が、2行目と同じです。",
    ]
    assert state(town) == before


def test_reading_alone_makes_nothing(town: Town) -> None:
    before = state(town)
    result = read(town, xlsx(rows([line(number) for number in range(3)])))
    assert (len(result.changes), result.refused) == (3, False)
    assert state(town) == before


@pytest.mark.parametrize(
    ("heading", "typed", "said"),
    [
        ("加盟店番号", "さ1", "英大文字と数字"),
        ("加盟店番号", "S0001", "すでに使われています"),
        ("店名", "", "入力してください"),
        ("店名", "長" * 61, "60文字以内"),
        ("店名", "長" * 1001, "1000文字以内"),
        ("フリガナ", "店", "カタカナ"),
        ("英語名", "店", "半角の英数字"),
        ("業種", "", "入力してください"),
        ("業種", "大型店", "という業種は登録されていません"),
        ("電話番号", "なし", "電話番号は"),
        ("使える電子マネー", "", "入力してください"),
        ("使える電子マネー", "全店共通、全店", "「全店」という電子マネー"),
        ("金融機関番号", "9998", "この番号の金融機関はありません"),
        ("金融機関番号", "", "この番号の金融機関はありません"),
        ("預金種目", "定期", "口座の種類"),
        ("口座番号", "12345678", "7桁まで"),
        ("口座名義カナ", "太郎", "カタカナ"),
    ],
)
def test_what_is_wrong_with_a_cell(town: Town, heading: str, typed: str, said: str) -> None:
    before = state(town)
    result, _ = send(town, xlsx(rows([line(1), line(2) | {heading: typed}])))
    (fault,) = result.faults
    assert (fault.row, fault.column) == (3, heading)
    assert said in fault.text
    assert state(town) == before


def test_numbers_of_excel_are_what_they_show(town: Town) -> None:
    table = rows([line(77_777)])
    head = table[0]
    table[1][head.index("金融機関番号")] = 1
    table[1][head.index("支店番号")] = 1.0
    table[1][head.index("口座番号")] = 7654321
    result, _ = send(town, xlsx(table))
    (change,) = result.changes
    assert change.notes == ["金融機関番号: 1 → 0001", "支店番号: 1 → 001"]
    shop = Shop.objects.of(town.issuer).get(code="K77777")
    account = open_account(AccountVersion.objects.get(shop=shop).sealed)
    assert (account.bank, account.branch, account.number) == ("0001", "001", "7654321")


@pytest.mark.parametrize("formula", ["=1+1", '=HYPERLINK("https://evil.example","x")', "=A1"])
@pytest.mark.parametrize("write", [xlsx, csv_file])
def test_formulas_are_refused(town: Town, formula: str, write: object) -> None:
    before = state(town)
    result, _ = send(town, write(rows([line(1) | {"店名": formula}])))  # type: ignore[operator]
    assert [str(fault) for fault in result.faults] == [
        "2行目「店名」: 数式のセルです。数式ではなく値を入れてください。"
    ]
    assert state(town) == before


def test_a_zip_bomb_is_refused_unopened(town: Town) -> None:
    content = bomb()
    assert len(content) < 1024 * 1024
    before = state(town)
    tracemalloc.start()
    result, _ = send(town, content)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "中身が大きすぎます" in result.error
    assert most < 10 * 1024 * 1024
    assert state(town) == before


BILLION_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
    + b"".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">'.encode() for n in range(9))
    + b"]><worksheet><sheetData>&j;</sheetData></worksheet>"
)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "見出しに「加盟店番号」"),
        (b"\x89PNG\r\n\x1a\n\0\0", "ファイルを読み取れません"),
        (b"PK\x03\x04 broken", "ファイルを読み取れません"),
        (bytes.fromhex("d0cf11e0a1b11ae1"), "古い形式"),
        (b"a" * (5 * 1024 * 1024 + 1), "大きすぎます"),
        (csv_file([["店名"], ["x"]]), "「加盟店番号」「フリガナ」"),
        (csv_file([[*HEADINGS.values(), "メモ"]]), "「メモ」という見出しはありません"),
        (csv_file([[*HEADINGS.values(), "店名"]]), "同じ見出し"),
        (csv_file(rows([])), "見出しの下に行がありません"),
        (replaced(xlsx(rows([line(1)])), SHEET, b"<worksheet>"), "読み取れません"),
        (replaced(xlsx(rows([line(1)])), SHEET, BILLION_LAUGHS), "読み取れません"),
        (b'"' + csv_file(rows([line(1)])), ""),
    ],
)
def test_files_that_are_no_such_table(town: Town, content: bytes, said: str) -> None:
    before = state(town)
    result, _ = send(town, content)
    assert result.refused
    assert said in result.error
    assert state(town) == before


def test_more_lines_than_are_taken(town: Town) -> None:
    before = state(town)
    result, _ = send(town, csv_file(rows(line(number) for number in range(10_001))))
    assert "一度に10000行まで" in result.error
    assert state(town) == before


def test_a_far_cell_costs_nothing(town: Town) -> None:
    """A sheet whose only other cell stands in the last line and column that Excel has."""
    packed = xlsx(rows([line(1)]))
    cell = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        sheet = archive.read(SHEET).replace(b"</sheetData>", cell + b"</sheetData>")
    result = read(town, replaced(packed, SHEET, sheet))
    assert (len(result.changes), result.refused) == (1, False), result


def test_one_file_sent_by_many_at_once_is_imported_once() -> None:
    town = make_town()
    content = csv_file(rows([line(number) for number in range(40)]))
    results = [outcome for _, outcome in race(lambda _place: send(town, content))]
    assert sorted(each.done for each in results) == [0] * (CALLERS - 1) + [40]
    shops = Shop.objects.of(town.issuer).filter(code__startswith="K")
    assert shops.count() == AccountVersion.objects.of(town.issuer).count() == 40
    assert AuditEntry.objects.of(town.issuer).filter(act="shops_imported").count() == 1


def test_a_draft_whose_numbers_were_taken_meanwhile_makes_nothing() -> None:
    town = make_town()
    by = Actor(town.issuer, "staff:1", "事務 一郎", "console")
    content = csv_file(rows([line(number) for number in range(3)]))
    drafts = [draft(by, BatchKind.FILE, read(town, content).changes, reason="") for _ in range(2)]
    assert apply(by, drafts[0], accounts=True).done == 3
    before = state(town)
    outcome = apply(by, drafts[1], accounts=True)
    assert (outcome.done, outcome.stale) == (0, ["K00000 商店0", "K00001 商店1", "K00002 商店2"])
    assert state(town) == before
    assert apply(by, drafts[0], accounts=True).done == 3  # pressed again
    assert state(town) == before


def test_files_that_share_numbers_in_another_order_wait_for_each_other() -> None:
    town = make_town()
    lines = [line(number) for number in range(40)]
    files = [csv_file(rows(lines)), csv_file(rows(lines[::-1]))]
    results = race(lambda place: send(town, files[place % 2])[1].done)
    assert sorted(results) == [0] * (CALLERS - 1) + [40]
    assert Shop.objects.of(town.issuer).filter(code__startswith="K").count() == 40


@pytest.mark.parametrize(
    ("heading", "cell", "said"),
    [
        ("電話番号", 792210003, "はじめの0がありません"),
        ("電話番号", "79-221-0003", "はじめの0がありません"),
        ("加盟店番号", 4, "数のセルです"),
        ("住所", datetime(2026, 4, 1), "日付になっています"),
        ("店名", date(2026, 4, 1), "日付になっています"),
        ("口座番号", datetime(2026, 4, 1), "日付になっています"),
        ("住所", "2026-04-01", "日付になっています"),
        ("住所", "4月1日", "日付になっています"),
    ],
)
def test_what_excel_made_of_a_cell_is_a_fault(
    town: Town, heading: str, cell: object, said: str
) -> None:
    """Before: kept silently, as telephone 792210003, shop number 4 and address 2026-04-01."""
    before = state(town)
    table = rows([line(1), line(2)])
    table[2][table[0].index(heading)] = cell
    (fault,) = read(town, xlsx(table)).faults
    assert (fault.row, fault.column) == (3, heading)
    assert said in fault.text
    assert state(town) == before


def test_digits_among_numbers_with_letters_are_a_fault_in_a_csv_file(town: Town) -> None:
    (fault,) = read(town, csv_file(rows([line(1), line(2) | {"加盟店番号": "4"}]))).faults
    assert (fault.row, fault.column) == (3, "加盟店番号")


def test_the_forms_own_example_is_no_shop(town: Town) -> None:
    example = {HEADINGS[name]: value for name, value in EXAMPLE.items()}
    result = read(town, xlsx(rows([line(1) | example])), known=True)
    assert "2行目「加盟店番号」: 記入例の行です。消してください。" in map(str, result.faults)


def test_every_cell_of_the_form_is_text_and_offers_what_can_be_chosen(town: Town) -> None:
    book = load_workbook(io.BytesIO(form_file(town.issuer, accounts=True)))
    form, example, words = book.worksheets
    assert {cell.number_format for row in form["A1:O1001"] for cell in row} == {"@"}
    assert form["A2"].value is None
    assert example["A2"].value == "S0001"
    assert [cell.value for cell in words[1]] == ["地区", "業種", "使える電子マネー", "預金種目"]
    offered = {str(each.sqref): each.formula1 for each in form.data_validations.dataValidation}
    assert offered == {
        "E2:E10001": "'選べる名前'!$A$2:$A$2",
        "F2:F10001": "'選べる名前'!$B$2:$B$2",
        "J2:J10001": "'選べる名前'!$C$2:$C$4",
        "M2:M10001": "'選べる名前'!$D$2:$D$4",
    }
    assert "見出しの下に行がありません" in read(town, form_file(town.issuer, accounts=True)).error


@pytest.mark.parametrize("code", ["Ｓ０００１", "s0001", "S0001\u200b"])
def test_a_known_shop_is_found_by_its_number_however_it_is_typed(town: Town, code: str) -> None:
    """Before: it was shown as a new shop, and saying yes to that was refused each time."""
    table = csv_file([["加盟店番号", "住所"], [code, "駅北3"]], "utf-8-sig")
    (change,) = read(town, table, known=True).changes
    assert (change.shop, change.code, change.after) == (town.shop.pk, "S0001", {"address": "駅北3"})


def test_known_shops_are_changed_as_the_file_says(town: Town) -> None:
    file = known_file(town.issuer)
    assert "変わるところがありません" in read(town, file, known=True).error
    assert "すでに使われています" in str(read(town, file).faults[0])
    table = csv_file(
        [["加盟店番号", "住所"], ["S0001", "駅前9"], ["S0002", town.large_shop.address]]
    )
    result, outcome = send(town, table, known=True)
    (change,) = result.changes
    assert (change.before, change.after) == ({"address": town.shop.address}, {"address": "駅前9"})
    assert (result.same, outcome.done) == (1, 1)
    shop = Shop.objects.get(pk=town.shop.pk)
    assert (shop.address, shop.name, shop.phone) == ("駅前9", town.shop.name, town.shop.phone)


def test_a_shops_mail_address_comes_with_the_file_and_is_changed_by_it(town: Town) -> None:
    send(town, csv_file(rows([line(1, contact_email="Ｍise@Example.JP")])))
    shop = Shop.objects.of(town.issuer).get(code="K00001")
    assert shop.contact_email == "Mise@example.jp"
    assert not ContactChange.objects.of(town.issuer).exists()
    table = csv_file([["加盟店番号", "連絡先メール"], ["K00001", "neu@example.jp"]])
    (change,) = read(town, table, known=True).changes
    assert change.before == {"contact_email": "Mise@example.jp"}
    by = Actor(town.issuer, "staff:1", "事務 一郎", "console")
    batch = draft(by, BatchKind.FILE, [change], reason="変更")
    assert apply(by, batch, accounts=True).done == 1
    row = ContactChange.objects.of(town.issuer).get()
    assert (row.before, row.after) == ("Mise@example.jp", "neu@example.jp")
    wrong = read(town, csv_file([["加盟店番号", "連絡先メール"], ["K00001", "neu"]]), known=True)
    assert [fault.column for fault in wrong.faults] == ["連絡先メール"]
