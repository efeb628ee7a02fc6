"""Codes and cards in bulk: made part by part, handed out once, made void with a reason."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest import mock

import pypdfium2
import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.printouts import batches as bulk
from hansatsu.flows.printouts.handing_out import zipped
from hansatsu.flows.printouts.models import Making, MakingState, PrintFile
from hansatsu.flows.printouts.stopping import stop_all, stopping_of
from hansatsu.flows.printouts.store import KEPT_FOR, wipe_forgotten
from hansatsu.formats.japan import in_japan
from hansatsu.ledger import api as ledger
from hansatsu.parties import clock
from hansatsu.parties.cards.models import Card
from hansatsu.parties.cards.services import find_card
from hansatsu.parties.gifts.models import GiftCode, GiftState
from hansatsu.parties.gifts.services import find_gift
from hansatsu.parties.issuers.models import AuditEntry
from hansatsu.parties.programs.models import CodeState, PurchaseCode, Sale
from hansatsu.parties.programs.purchase_codes import find_purchase_code
from hansatsu.parties.programs.services import Expiry, open_product, open_sale
from tests.support.clerks import Desk
from tests.support.clients import words
from tests.town import Town, make_town


@pytest.fixture
def sale(town: Town) -> Sale:
    sale = open_sale(town.issuer, name="秋の販売", name_en="Autumn", opens_at=clock.now())
    for units in (1, 2, 4):
        add_product(town, sale, units)
    return sale


def add_product(town: Town, sale: Sale, units: int) -> None:
    open_product(
        sale,
        name=f"券 ({units}口)",
        name_en=f"Voucher ({units})",
        units=units,
        price=10_000 * units,
        parts={town.all_shops: 13_000 * units},
        expiry=Expiry(months=6),
    )


def codes_form(sale: Sale, **changes: Any) -> dict[str, Any]:
    today = in_japan(clock.now()).date()
    form = {
        "sale": sale.pk,
        "units": "2",
        "first_day": today.isoformat(),
        "last_day": (today + timedelta(days=30)).isoformat(),
        "count": "7",
        "forms": ["pdf", "xlsx"],
        "reason": "抽選の結果",
    }
    return form | changes


def ordered(town: Town) -> Making:
    return Making.objects.of(town.issuer).latest("pk")


def made(town: Town) -> Making:
    making = ordered(town)
    bulk.make_all(making.pk)
    return Making.objects.get(pk=making.pk)


def table(content: bytes) -> list[list[Any]]:
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def last_act(town: Town) -> AuditEntry:
    return AuditEntry.objects.of(town.issuer).latest("pk")


def test_purchase_codes_with_letters_and_a_table(town: Town, desk: Desk, sale: Sale) -> None:
    answer = desk.confirm("makings/codes/", codes_form(sale))
    making = ordered(town)
    assert answer["Location"] == f"/console/making/{making.pk}/"
    assert (last_act(town).act, last_act(town).reason) == ("winners_ordered", "抽選の結果")
    assert "7枚のうち0枚" in words(desk.get(answer["Location"]))
    assert made(town).state == MakingState.FINISHED
    live = words(desk.get(f"makings/{making.pk}/progress/"))
    assert "7枚のうち7枚" in live
    assert "hx-get" not in live
    files = {file.form: file for file in making.files.all()}
    pdf = desk.post(f"files/{files['pdf'].pk}/")
    assert len(pypdfium2.PdfDocument(pdf.content)) == 7
    rows = table(desk.post(f"files/{files['xlsx'].pk}/").content)
    assert rows[0] == ["番号", "コード", "QRコードの内容", "商品", "口数", "購入開始日", "購入期限"]
    assert [row[0] for row in rows[1:]] == list(range(1, 8))
    for row in rows[1:]:
        code = find_purchase_code(town.issuer, row[1])
        assert code is not None
        assert (code.units, code.sale_id, code.state) == (2, sale.pk, CodeState.FREE)
    assert last_act(town).act == "file_taken"


def said(desk: Desk, answer: HttpResponse) -> str:
    """The page that an act ends on, with what it says was done."""
    return words(desk.get(answer["Location"]))


def acts(town: Town, act: str) -> int:
    return AuditEntry.objects.of(town.issuer).filter(act=act).count()


def test_a_file_is_handed_out_to_one_person_until_they_have_it(
    town: Town, desk: Desk, sale: Sale
) -> None:
    desk.confirm("makings/codes/", codes_form(sale, forms=["xlsx"]))
    page = f"files/{made(town).files.get().pk}/"
    assert desk.get(page).status_code == 200  # asking is not taking
    assert "まだダウンロードしていません" in said(desk, desk.post(page, {"saved": "1"}))
    given = desk.post(page)
    assert given["Content-Type"].startswith("application/vnd")
    assert desk.post(page).content == given.content  # the first download broke off
    assert "もう一度ダウンロードできます" in words(desk.get(page))
    other = Desk(town.issuer, "operator")
    assert other.post(page).status_code == 303
    assert "まだダウンロードしていません" in said(other, other.post(page, {"saved": "1"}))
    assert "ほかの人は受け取れません" in words(other.get(page))
    kept = PrintFile.objects.of(town.issuer).get()
    assert (kept.sealed is None, kept.downloaded_by) == (False, desk.staff.actor)
    assert desk.post(page, {"saved": "1"}).status_code == 303
    assert "サーバーからは消えています" in words(desk.get(page))
    assert desk.post(page).status_code == 303
    assert PrintFile.objects.of(town.issuer).get().sealed is None
    assert (acts(town, "file_taken"), acts(town, "files_saved")) == (2, 1)


def test_a_taken_file_keeps_its_way_back_for_whoever_took_it(
    town: Town, desk: Desk, sale: Sale
) -> None:
    """Before: who had left the page of a lone file could not get it again, nor say 保存しました."""
    asked = words(desk.get("makings/codes/"))
    assert "最初にダウンロードした人だけが受け取れます" in asked
    assert "一度だけ" not in asked
    desk.confirm("makings/codes/", codes_form(sale, forms=["xlsx"]))
    making, other = made(town), Desk(town.issuer, "operator")
    file, page = f"files/{making.files.get().pk}/", f"making/{making.pk}/"
    assert re.search(rf'href="/console/{file}">受け取る<', words(other.get(page)))
    desk.post(file)
    again = words(desk.get(page))
    assert re.search(rf'href="/console/{file}">もう一度受け取る<', again)
    assert "受け取り済み" in again
    assert f"/console/{file}" not in words(other.get(page))
    desk.post(file, {"saved": "1"})
    assert f"/console/{file}" not in words(desk.get(page))


def test_who_says_twice_that_a_file_is_saved_hears_that_it_is_gone(
    town: Town, desk: Desk, sale: Sale
) -> None:
    """Before: まだダウンロードされていません, of what was downloaded and wiped."""
    desk.confirm("makings/codes/", codes_form(sale))
    making, other = made(town), Desk(town.issuer, "operator")
    mine, others = (f"files/{file.pk}/" for file in making.files.order_by("first", "form"))
    other.post(others)
    desk.post(mine)
    assert "1個のファイルをサーバーから消しました" in said(desk, desk.post(mine, {"saved": "1"}))
    for page in (mine, f"makings/{making.pk}/files/"):  # the other file is kept, but not for them
        assert "すでにサーバーから消えています" in said(desk, desk.post(page, {"saved": "1"}))
    assert "すでにサーバーから消えています" in said(other, other.post(mine, {"saved": "1"}))


def test_what_is_in_a_file_is_read_only_to_hand_it_out(town: Town, desk: Desk, sale: Sale) -> None:
    desk.confirm("makings/codes/", codes_form(sale, forms=["xlsx"]))
    page = f"files/{made(town).files.get().pk}/"
    assert reads_of_contents(lambda: desk.get(page)) == 0
    assert reads_of_contents(lambda: desk.post(page)) == 1
    assert reads_of_contents(lambda: desk.post(page, {"saved": "1"})) == 0


def reads_of_contents(do: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as queries:
        do()
    columns = [query["sql"].split(" FROM ")[0] for query in queries]
    return sum('"sealed"' in each for each in columns if each.startswith("SELECT"))


def test_all_files_of_a_making_are_one_zip_file(town: Town, desk: Desk, sale: Sale) -> None:
    desk.confirm("makings/codes/", codes_form(sale))
    with mock.patch.object(bulk, "PART", 3):
        making = made(town)
    page, other = f"makings/{making.pk}/files/", Desk(town.issuer, "operator")
    assert page in words(desk.get(f"making/{making.pk}/"))
    alone = making.files.order_by("first", "form")[0]
    other.post(f"files/{alone.pk}/")
    codes = []
    for _ in range(2):  # the first download broke off
        answer = desk.post(page)
        assert answer["Content-Type"] == "application/zip"
        content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
        archive = zipfile.ZipFile(io.BytesIO(content))
        assert archive.testzip() is None
        codes.append({name: archive.read(name) for name in archive.namelist()})
    assert codes[0] == codes[1]
    spans = ["1-3.xlsx", "4-6.pdf", "4-6.xlsx", "7-7.pdf", "7-7.xlsx"]  # one is the other's
    assert [name.split("-", 3)[3] for name in codes[0]] == spans
    assert other.post(page).status_code == 200  # their own one alone
    assert desk.post(page, {"saved": "1"}).status_code == 303
    left = making.files.filter(sealed__isnull=False)
    assert [file.pk for file in left] == [alone.pk]
    assert "サーバーから消えています" not in words(other.get(page))
    assert (acts(town, "files_taken"), acts(town, "files_saved")) == (3, 1)


def test_what_was_handed_out_is_wiped_after_an_hour(town: Town, desk: Desk, sale: Sale) -> None:
    desk.confirm("makings/codes/", codes_form(sale))
    taken, waiting = made(town).files.order_by("pk")
    desk.post(f"files/{taken.pk}/")
    kept = PrintFile.objects.filter(sealed__isnull=False, pk__in=[taken.pk, waiting.pk])
    wipe_forgotten()
    assert kept.count() == 2
    ago = clock.now() - KEPT_FOR
    PrintFile.objects.filter(pk=taken.pk).update(downloaded_at=ago)
    wipe_forgotten()
    assert list(kept) == [waiting]


def test_a_file_that_is_wiped_meanwhile_makes_no_whole_zip(
    town: Town, desk: Desk, sale: Sale
) -> None:
    desk.confirm("makings/codes/", codes_form(sale))
    making = made(town)
    sent = zipped(list(making.files.values_list("pk", flat=True)))
    next(sent)
    making.files.update(sealed=None, downloaded_at=clock.now(), downloaded_by="staff:1")
    with pytest.raises(LookupError):
        list(sent)


def test_parts_go_on_where_a_killed_worker_left_them(town: Town, desk: Desk, sale: Sale) -> None:
    desk.confirm("makings/codes/", codes_form(sale, forms=["xlsx"]))
    making = ordered(town)
    with mock.patch.object(bulk, "PART", 3):
        assert bulk.make_part(making.pk)
        with (
            mock.patch.object(bulk, "table_of", side_effect=KeyboardInterrupt),
            pytest.raises(KeyboardInterrupt),
        ):
            bulk.make_part(making.pk)
        assert PurchaseCode.objects.of(town.issuer).count() == 3
        assert "7枚のうち3枚" in words(desk.get(f"making/{making.pk}/"))
        bulk.make_all(making.pk)
        bulk.make_all(making.pk)
    spans = [(file.first, file.last) for file in making.files.order_by("first")]
    assert spans == [(1, 3), (4, 6), (7, 7)]
    assert PurchaseCode.objects.of(town.issuer).count() == 7


def test_gift_codes(town: Town, desk: Desk) -> None:
    form = {
        "name": "ふるさと納税",
        f"part_{town.all_shops.pk}": "3000",
        "rule": "after",
        "months": "6",
        "count": "3",
        "forms": ["xlsx"],
        "reason": "返礼",
    }
    assert desk.confirm("makings/gifts/", form).status_code == 303
    rows = table(desk.post(f"files/{made(town).files.get().pk}/").content)
    town.gift()
    way = 'href="(/console/giftcode/[^"]+)"'
    (listed,) = re.findall(way, words(desk.get(f"making/{ordered(town).pk}/")))
    assert "ギフトコード 3件" in words(desk.get(listed))
    gift = find_gift(town.issuer, rows[1][1])
    assert gift is not None
    assert (gift.batch.name, gift.batch.expires_after, gift.state) == ("ふるさと納税", 6, "ready")
    assert rows[1][2].startswith("http")
    assert desk.post(f"gifts/{gift.pk}/void/", {"reason": "誤送"}).status_code == 303
    gift.refresh_from_db()
    assert (gift.state, gift.void_reason) == (GiftState.VOID, "誤送")
    assert desk.post(f"gifts/{gift.pk}/void/", {"reason": "誤送"}).status_code == 422


def test_cards_hold_their_value(town: Town, desk: Desk) -> None:
    form = {
        "name": "敬老",
        f"part_{town.all_shops.pk}": "5000",
        "count": "12",
        "forms": ["pdf", "xlsx"],
        "reason": "敬老の日",
    }
    assert desk.confirm("makings/cards/", form).status_code == 303
    making = made(town)
    rows = table(desk.post(f"files/{making.files.get(form='xlsx').pk}/").content)
    assert len(rows) == 13
    card = find_card(town.issuer, rows[1][1])
    assert card is not None
    (balance,) = ledger.balances(ledger_connection(), town.issuer.pk, card.wallet_id)
    assert (balance.emoney_id, balance.amount) == (town.all_shops.pk, 5000)
    pdf = desk.post(f"files/{making.files.get(form='pdf').pk}/").content
    assert len(pypdfium2.PdfDocument(pdf)) == 4  # two sheets and their backs
    town.card(700)
    listed = f"/console/card/?batch={making.pk}"
    assert f'href="{listed}"' in words(desk.get(f"making/{making.pk}/"))
    assert "カード 12件" in words(desk.get(listed))
    assert "カード 13件" in words(desk.get("card/"))
    page = words(desk.get(f"card/{card.pk}/"))
    assert f'href="/console/making/{making.pk}/"' in page
    assert f'href="/console/support/cards/{card.pk}/"' in page
    assert f'href="/console/card/{card.pk}/"' in words(desk.get(f"support/cards/{card.pk}/"))
    assert Desk(make_town().issuer).get(f"card/{card.pk}/").status_code == 404
    assert desk.post(f"makings/{making.pk}/void/", {"reason": "x"}).status_code == 404


def test_the_cards_of_a_batch_are_stopped_with_a_reason(town: Town, desk: Desk) -> None:
    form = {
        "name": "敬老",
        f"part_{town.all_shops.pk}": "5000",
        "count": "3",
        "forms": ["xlsx"],
        "reason": "敬老の日",
    }
    desk.confirm("makings/cards/", form)
    page, stop = f"making/{ordered(town).pk}/", f"makings/{ordered(town).pk}/stop/"
    assert desk.get(stop).status_code == 404  # more would come after it
    assert stop not in words(desk.get(page))
    making = made(town)
    assert stop in words(desk.get(page))
    assert stop not in words(Desk(town.issuer, "viewer").get(page))
    assert Desk(town.issuer, "support").post(stop, {"reason": "x"}).status_code == 403
    assert Desk(make_town().issuer).post(stop, {"reason": "x"}).status_code == 404
    assert desk.post(stop, {"reason": " "}).status_code == 422
    assert stopping_of(making) is None
    assert desk.post(stop, {"reason": "郵便の事故"}).status_code == 303
    assert (last_act(town).act, last_act(town).reason) == ("making_stop_ordered", "郵便の事故")
    live = words(desk.get(f"makings/{making.pk}/progress/"))
    assert "停止の途中" in live
    assert "hx-get" in live
    assert desk.post(stop, {"reason": "もう一度"})["Location"] == f"/console/{page}"
    order = stopping_of(making)
    assert order is not None
    stop_all(order.pk)
    live = words(desk.get(f"makings/{making.pk}/progress/"))
    assert "hx-get" not in live
    assert "15,000円分" in live
    assert "郵便の事故" in live
    assert stop not in words(desk.get(page))
    assert words(desk.get(f"card/?batch={making.pk}")).count("停止中") == 3


def test_what_was_made_void_wants_no_attention(town: Town, desk: Desk, sale: Sale) -> None:
    """Before: the notice of files that nobody had taken stayed for ever."""
    desk.confirm("makings/codes/", codes_form(sale, forms=["xlsx"]))
    making = made(town)
    waiting = "受け取られていない印刷用のファイル"
    assert waiting in words(desk.get(""))
    desk.post(f"makings/{making.pk}/void/", {"reason": "刷り直し"})
    page = words(desk.get(""))
    assert waiting not in page
    assert "途中で止まった" not in page
    assert "未使用をまとめて無効にしました。" in words(desk.get(f"making/{making.pk}/"))


def test_what_the_ledger_refuses_says_so_and_makes_nothing() -> None:
    town = make_town(limits=ledger.Limits(holding=1000))
    desk = Desk(town.issuer)
    form = {
        "name": "敬老",
        f"part_{town.all_shops.pk}": "5000",
        "count": "2",
        "forms": ["xlsx"],
        "reason": "敬老の日",
    }
    desk.confirm("makings/cards/", form)
    making = made(town)
    assert (making.state, making.done) == (MakingState.FAILED, 0)
    assert not Card.objects.of(town.issuer).exists()
    assert "途中で止まりました" in words(desk.get(f"making/{making.pk}/"))


def test_the_unused_of_a_batch_are_made_void(town: Town, desk: Desk, sale: Sale) -> None:
    desk.confirm("makings/codes/", codes_form(sale, forms=["xlsx"]))
    making = made(town)
    held, single, *_others = PurchaseCode.objects.of(town.issuer).order_by("pk")
    PurchaseCode.objects.filter(pk=held.pk).update(state=CodeState.HELD)
    assert desk.post(f"codes/{held.pk}/void/", {"reason": "x"}).status_code == 422
    assert desk.post(f"codes/{single.pk}/void/", {"reason": "転居"}).status_code == 303
    assert (last_act(town).act, last_act(town).reason) == ("code_voided", "転居")
    assert desk.post(f"makings/{making.pk}/void/", {"reason": ""}).status_code == 422
    asked = words(desk.get(f"makings/{making.pk}/void/"))
    assert re.search(r"無効になる枚数</dt>\s*<dd[^>]*>5<", asked)
    assert re.search(r"購入手続き中の枚数</dt>\s*<dd[^>]*>1<", asked)
    assert desk.post(f"makings/{making.pk}/void/", {"reason": "紛失"}).status_code == 303
    assert last_act(town).after == {"count": 5, "held": 1}
    said = words(desk.get(f"making/{making.pk}/"))
    assert "5枚を無効にしました。購入手続き中の1枚はそのままです。" in said
    listed = words(desk.get(f"purchasecode/?batch={making.pk}"))
    assert "購入コード 7件" in listed
    states = PurchaseCode.objects.of(town.issuer).order_by("pk").values_list("state", flat=True)
    assert list(states) == [CodeState.HELD, *[CodeState.VOID] * 6]


@pytest.mark.parametrize(
    "wrong",
    [
        {"count": "0"},
        {"count": "50001"},
        {"forms": []},
        {"units": "0"},
        {"last_day": "2020-01-01"},
        {"first_day": "2020-01-01"},
        {"first_day": "2020-01-01", "last_day": "2020-03-31"},
        {"units": "3"},
        {"units": "9"},
        {"sale": "0"},
        {"reason": ""},
    ],
)
def test_an_order_that_is_wrong_makes_nothing(
    town: Town, desk: Desk, sale: Sale, wrong: dict[str, Any]
) -> None:
    assert desk.confirm("makings/codes/", codes_form(sale) | wrong).status_code == 422
    assert not Making.objects.of(town.issuer).exists()


def test_a_gift_that_holds_nothing_is_not_made(town: Town, desk: Desk) -> None:
    form = {"name": "x", "rule": "never", "count": "1", "forms": ["xlsx"], "reason": "x"}
    empty = "どの電子マネーも0円です。"
    answer = desk.confirm("makings/gifts/", form | {"name": ""})
    assert (answer.status_code, empty in words(answer)) == (422, True)
    answer = desk.confirm("makings/gifts/", form | {f"part_{town.all_shops.pk}": "たくさん"})
    assert (answer.status_code, empty in words(answer)) == (422, False)
    assert not GiftCode.objects.of(town.issuer).exists()
    assert not Making.objects.of(town.issuer).exists()
