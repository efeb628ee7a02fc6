"""Shops from files: all or none; sentences with line and column; nothing that does harm."""

import io
import tracemalloc
import zipfile

import pytest

from hansatsu.database.connections import ledger_connection
from hansatsu.identity.bank_accounts import open_account
from hansatsu.issuers.audit import Actor
from hansatsu.issuers.models import AuditEntry
from hansatsu.ledger import api as ledger
from hansatsu.shops.importing import HEADINGS, Import, import_shops
from hansatsu.shops.models import Shop, ShopAccount
from tests.support.racing import CALLERS, race
from tests.support.sheets import SHEET, bomb, csv_file, line, replaced, rows, xlsx
from tests.town import Town, make_town


@pytest.fixture(scope="module")
def town() -> Town:
    return make_town()


def send(town: Town, content: bytes, *, only_check: bool = False) -> Import:
    by = Actor(town.issuer, "staff:1", "事務 一郎", "console")
    return import_shops(by, content, reason="新年度", accounts=True, only_check=only_check)


def state(town: Town) -> tuple[object, ...]:
    """What a refused file leaves as it was."""
    return (
        list(Shop.objects.of(town.issuer).order_by("pk").values()),
        ShopAccount.objects.of(town.issuer).count(),
        ledger.acceptances(ledger_connection(), town.issuer.pk),
        AuditEntry.objects.of(town.issuer).count(),
    )


@pytest.mark.parametrize("write", [xlsx, csv_file, lambda t: csv_file(t, "utf-8-sig")])
def test_thirty_shops(write: object) -> None:
    town = make_town()
    lines = [line(number) for number in range(30)]
    lines[3] |= {"使える電子マネー": "全店共通"}
    lines[4] |= dict.fromkeys(list(HEADINGS.values())[9:], "")
    result = send(town, write(rows(lines)))  # type: ignore[operator]
    assert (result.count, result.refused) == (30, False), result
    shops = Shop.objects.of(town.issuer).filter(code__startswith="K")
    taken = ledger.takes(ledger_connection(), town.issuer.pk)
    both = [town.all_shops.pk, town.small_shops.pk]
    assert [taken[shop.pk] for shop in shops] == [
        both[:1] if shop.code == "K00003" else both for shop in shops
    ]
    assert ShopAccount.objects.of(town.issuer).count() == 29
    account = open_account(ShopAccount.objects.get(shop=shops[0]).sealed)
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
    result = send(town, xlsx(rows(lines)))
    assert [str(fault) for fault in result.faults] == [
        "13行目「地区」: 「駅南」という地区は登録されていません。",
        "5002行目「支店番号」: 「足利」に、この番号の支店はありません。",
        "10001行目「加盟店番号」: 加盟店番号「K00000」が、2行目と同じです。",
    ]
    assert state(town) == before


def test_checking_alone_makes_nothing(town: Town) -> None:
    before = state(town)
    result = send(town, xlsx(rows([line(number) for number in range(3)])), only_check=True)
    assert (result.count, result.refused) == (3, False)
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
    result = send(town, xlsx(rows([line(1), line(2) | {heading: typed}])))
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
    assert not send(town, xlsx(table)).refused
    shop = Shop.objects.of(town.issuer).get(code="K77777")
    account = open_account(ShopAccount.objects.get(shop=shop).sealed)
    assert (account.bank, account.branch, account.number) == ("0001", "001", "7654321")


@pytest.mark.parametrize("formula", ["=1+1", '=HYPERLINK("https://evil.example","x")', "=A1"])
@pytest.mark.parametrize("write", [xlsx, csv_file])
def test_formulas_are_refused(town: Town, formula: str, write: object) -> None:
    before = state(town)
    result = send(town, write(rows([line(1) | {"店名": formula}])))  # type: ignore[operator]
    assert [str(fault) for fault in result.faults] == [
        "2行目「店名」: 数式のセルです。数式ではなく値を入れてください。"
    ]
    assert state(town) == before


def test_a_zip_bomb_is_refused_unopened(town: Town) -> None:
    content = bomb()
    assert len(content) < 1024 * 1024
    before = state(town)
    tracemalloc.start()
    result = send(town, content)
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
    result = send(town, content)
    assert result.refused
    assert said in result.error
    assert state(town) == before


def test_more_lines_than_are_taken(town: Town) -> None:
    before = state(town)
    result = send(town, csv_file(rows(line(number) for number in range(10_001))))
    assert "一度に10000行まで" in result.error
    assert state(town) == before


def test_a_far_cell_costs_nothing(town: Town) -> None:
    """A sheet whose only other cell stands in the last line and column that Excel has."""
    packed = xlsx(rows([line(1)]))
    cell = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        sheet = archive.read(SHEET).replace(b"</sheetData>", cell + b"</sheetData>")
    result = send(town, replaced(packed, SHEET, sheet), only_check=True)
    assert (result.count, result.refused) == (1, False), result


def test_one_file_sent_by_many_at_once_is_imported_once() -> None:
    town = make_town()
    content = csv_file(rows([line(number) for number in range(40)]))
    results = race(lambda _place: send(town, content))
    assert sorted(result.count for result in results) == [0] * (CALLERS - 1) + [40]
    for result in results:
        said = [fault.text for fault in result.faults]
        taken = [f"加盟店番号「K{number:05}」は、すでに使われています。" for number in range(40)]
        assert said == ([] if result.count else taken)
    shops = Shop.objects.of(town.issuer).filter(code__startswith="K")
    assert shops.count() == ShopAccount.objects.of(town.issuer).count() == 40
    assert AuditEntry.objects.of(town.issuer).filter(act="shops_imported").count() == 1


def test_files_that_share_numbers_in_another_order_wait_for_each_other() -> None:
    town = make_town()
    lines = [line(number) for number in range(40)]
    files = [csv_file(rows(lines)), csv_file(rows(lines[::-1]))]
    results = race(lambda place: send(town, files[place % 2]))
    assert sorted(result.count for result in results) == [0] * (CALLERS - 1) + [40]
    assert Shop.objects.of(town.issuer).filter(code__startswith="K").count() == 40
