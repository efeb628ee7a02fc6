"""Purchase codes that another system has made: taken from a file whole, found as they are typed."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hansatsu.flows.charging.code_holds import hold_code
from hansatsu.flows.payments.poster_intents import new_key
from hansatsu.flows.printouts.code_importing import HEADINGS, CodeImport, import_codes
from hansatsu.flows.printouts.models import Making
from hansatsu.flows.printouts.voiding import void_unused
from hansatsu.formats.qr import bearer_code
from hansatsu.formats.sheets.reading import ROWS
from hansatsu.parties import clock
from hansatsu.parties.issuers.audit import CONSOLE, Actor
from hansatsu.parties.issuers.models import AuditEntry
from hansatsu.parties.programs.foreign_codes import too_alike
from hansatsu.parties.programs.models import CodeState, PurchaseCode, Sale
from hansatsu.parties.programs.purchase_codes import find_purchase_code
from tests.flows.charging.shopper import Shopper
from tests.support.clerks import Desk
from tests.support.clients import words
from tests.support.racing import race
from tests.support.sheets import csv_file, xlsx

HEAD = list(HEADINGS.values())
GOOD = ["K7Q2-M9XR-4TBN", "ZP83-HW6C-V5GE", "A4NX-9J2T-QR7M"]


@pytest.fixture(scope="module")
def shopper() -> Shopper:
    """A sale with a product of one unit, until in thirty days."""
    shopper = Shopper()
    closes = clock.now() + timedelta(days=30)
    Sale.objects.filter(pk=shopper.sale.pk).update(closes_at=closes)
    shopper.sale.refresh_from_db()
    return shopper


@pytest.fixture
def fresh() -> Shopper:
    return Shopper()


def take(shopper: Shopper, *rows: list[Any], key: str = "", **more: Any) -> CodeImport:
    by = Actor(shopper.town.issuer, "staff:1", "事務 一郎", CONSOLE)
    content = xlsx([HEAD, *rows])
    return import_codes(
        by, shopper.sale, content, reason="委託先の抽選", key=key or new_key(), **more
    )


def test_foreign_codes_buy_as_ours_do(fresh: Shopper) -> None:
    issuer = fresh.town.issuer
    done = take(fresh, *([code, "1", "", "", f"当選 {n}"] for n, code in enumerate(GOOD)))
    assert (done.count, done.units, done.refused) == (3, 3, False)
    kept = PurchaseCode.objects.of(issuer).order_by("pk")
    assert [code.note for code in kept] == ["当選 0", "当選 1", "当選 2"]
    assert [code.last_four for code in kept] == ["4TBN", "V5GE", "QR7M"]
    assert all(len(code.digest) == 64 and "K7Q2" not in code.digest for code in kept)
    for typed in ("K7Q2-M9XR-4TBN", "k7q2m9xr4tbn", "Ｋ７Ｑ２ーＭ９ＸＲー４ＴＢＮ"):
        assert find_purchase_code(issuer, typed) == kept[0]
    held = hold_code(fresh.town.resident, fresh.product, GOOD[0], address="192.0.2.7")
    assert held.outcome == "held"
    act = AuditEntry.objects.of(issuer).get(act="codes_imported")
    assert (act.reason, act.after["count"], act.after["total_units"]) == ("委託先の抽選", 3, 3)
    assert done.making is not None
    by = Actor(issuer, "staff:1", "事務 一郎", CONSOLE)
    voided = void_unused(by, done.making, reason="誤り")
    assert (voided.count, voided.held) == (2, 1)


def test_the_window_is_within_the_sale(shopper: Shopper) -> None:
    before = set(PurchaseCode.objects.of(shopper.town.issuer).values_list("pk", flat=True))
    sale = shopper.sale
    days = [f"{sale.opens_at + timedelta(days=n):%Y/%m/%d}" for n in (2, 9)]
    assert not take(shopper, ["B4NX9J2TQR7M", 1, "", ""], ["W3KD7PXH5ZCA", 1, *days]).refused
    whole, part = PurchaseCode.objects.of(shopper.town.issuer).exclude(pk__in=before).order_by("pk")
    assert (whole.valid_from, whole.valid_until) == (sale.opens_at, sale.closes_at)
    assert part.valid_from > sale.opens_at
    assert part.valid_until is not None
    assert sale.closes_at is not None
    assert part.valid_until < sale.closes_at


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["K7Q2M9X", "1"], "12文字から32文字"),
        (["K7Q2-M9XR_4TBN!", "1"], "12文字から32文字"),
        (["", "1"], "12文字から32文字"),
        (["1234567890123456", "1"], "数字だけ"),
        (["AAAAAAAABBBB1", "1"], "推測されやすい"),
        ([bearer_code.seal_code("C", "7K2M9XQ4T8ABCDE"), "1"], "カードかギフトコード"),
        (["ZP83-HW6C-V5GE", "9"], "9口の商品がありません"),
        (["ZP83-HW6C-V5GE", "0"], "1以上の整数"),
        (["ZP83-HW6C-V5GE", "1", "2020-01-01", "2020-02-01"], "もう過ぎた日付"),
        (["ZP83-HW6C-V5GE", "1", "2020-01-01", ""], "販売開始の日"),
        (["ZP83-HW6C-V5GE", "1", "", "2099/01/01"], "販売の最後の日"),
        (["ZP83-HW6C-V5GE", "1", "あした", ""], "のように入力"),
        (["ZP83-HW6C-V5GE", "1", "", "", "x" * 101], "100文字以内"),
        (["A4NX-9J2T-QR7M", "1"], "2行目と同じコード"),
        (["A4NX-9J2T-QR8Z", "1"], "続き番号"),
    ],
)
def test_one_wrong_line_takes_nothing(shopper: Shopper, cells: list[str], said: str) -> None:
    issuer = shopper.town.issuer
    before = PurchaseCode.objects.of(issuer).count(), AuditEntry.objects.of(issuer).count()
    done = take(shopper, ["A4NX-9J2T-QR7M", "1"], cells)
    assert done.refused
    assert any(said in str(fault) and str(fault).startswith("3行目") for fault in done.faults)
    after = PurchaseCode.objects.of(issuer).count(), AuditEntry.objects.of(issuer).count()
    assert (after, done.making) == (before, None)


def test_codes_that_are_counted_up_are_found_by_either_end() -> None:
    counted = [f"TOWN2026{n:06}" for n in range(40)]
    assert too_alike(counted) == set(counted)
    turned = [f"{n:03}WK7Q2M9XR4T" for n in range(3)]
    assert too_alike(turned) == set(turned)
    mixed = ["K7Q2M9XRW001", "K7Q2M9XRW0015", "K7Q2M9XRW002"]
    assert too_alike(mixed) == {mixed[0], mixed[2]}
    assert too_alike([code.replace("-", "") for code in GOOD]) == set()


def test_a_code_is_taken_once(fresh: Shopper) -> None:
    ours = bearer_code.new_code(bearer_code.PURCHASE)
    assert not take(fresh, [ours, "1"], [GOOD[0], "1"]).refused
    again = take(fresh, [GOOD[1], "1"], [GOOD[0].lower(), "1"])
    assert [str(each) for each in again.faults] == [
        "3行目「購入コード」: このコードはすでに登録されています。"
    ]
    assert PurchaseCode.objects.of(fresh.town.issuer).count() == 2
    assert find_purchase_code(fresh.town.issuer, ours) is not None


def test_one_form_sent_by_many_at_once_is_one_import(fresh: Shopper) -> None:
    key = new_key()
    done = race(lambda _place: take(fresh, [GOOD[0], "1"], key=key))
    assert {each.making for each in done} == {Making.objects.of(fresh.town.issuer).get()}
    two = race(lambda _place: take(fresh, [GOOD[1], "1"]))
    assert sorted(each.refused for each in two) == [False, *[True] * (len(two) - 1)]
    assert PurchaseCode.objects.of(fresh.town.issuer).count() == 2


def test_the_page_checks_first_and_leads_to_what_was_taken(fresh: Shopper) -> None:
    desk = Desk(fresh.town.issuer)
    file = csv_file([HEAD, *([code, "1", "", "", ""] for code in GOOD)])

    def form(**more: str) -> dict[str, Any]:
        upload = SimpleUploadedFile("codes.csv", file)
        return {"sale": fresh.sale.pk, "file": upload, "reason": "委託先の抽選", **more}

    assert "codes/import/" in words(desk.get("purchasecode/"))
    assert f"一度に{ROWS:,}行までです。" in words(desk.get("codes/import/"))
    checked = desk.post("codes/import/", form(only_check="on"))
    assert (checked.status_code, "3枚、合計3口" in words(checked)) == (200, True)
    assert not PurchaseCode.objects.of(fresh.town.issuer).exists()
    taken = desk.post("codes/import/", form())
    making = Making.objects.of(fresh.town.issuer).get()
    assert (taken.status_code, taken["Location"]) == (303, f"/console/making/{making.pk}/")
    assert "3枚のうち3枚" in words(desk.get(f"making/{making.pk}/"))
    assert "購入コード 3件" in words(desk.get(f"purchasecode/?batch={making.pk}"))
    code = PurchaseCode.objects.of(fresh.town.issuer).earliest("pk")
    assert code.state == CodeState.FREE
    assert desk.get("codes/template/").content.startswith(b"PK")
    assert Desk(fresh.town.issuer, "support").post("codes/import/", form()).status_code == 403
