"""What is on sale, in the console: emoneys, where they are taken, sales, products."""

import re
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.http import HttpResponse

from hansatsu.database.connections import ledger_connection
from hansatsu.formats.japan import in_japan
from hansatsu.ledger import api as ledger
from hansatsu.parties import clock
from hansatsu.parties.issuers.models import AuditEntry
from hansatsu.parties.programs.models import Emoney, Product, Sale
from hansatsu.parties.programs.services import open_sale
from hansatsu.parties.shops.models import Batch, Shop
from tests.support.clerks import Desk
from tests.support.clients import words
from tests.town import Town


def last_act(town: Town) -> AuditEntry:
    return AuditEntry.objects.of(town.issuer).latest("pk")


def confirmed(desk: Desk, answer: HttpResponse) -> str:
    """Say yes to what the page shows that ``answer`` leads to; where that was."""
    assert answer.status_code == 303, words(answer)
    batch = Batch.objects.of(desk.issuer).latest("pk")
    assert desk.post(f"shops/batches/{batch.pk}/apply/").status_code == 303
    return answer["Location"]


def hours(count: int) -> str:
    return f"{in_japan(clock.now() + timedelta(hours=count)):%Y-%m-%dT%H:%M}"


def test_an_emoney_is_made_named_and_accepted(town: Town, desk: Desk) -> None:
    form = {"name": "子育て応援", "name_en": "Families", "reason": "新事業"}
    assert desk.post("emoneys/new/", form).status_code == 303
    assert desk.post("emoneys/new/", form).status_code == 422
    emoney = Emoney.objects.of(town.issuer).get(name="子育て応援")
    town.charge(town.resident, emoney, 500)
    assert town.pay(town.resident, town.shop, 100).outcome == "not_accepted"
    accept = f"emoneys/{emoney.pk}/accept/"
    whose = f"category:{town.category.pk}"
    form = {"what": "start", "whose": whose, "reason": "開始"}
    confirmed(desk, desk.post(accept, form))
    assert town.pay(town.resident, town.shop, 100).paid
    assert last_act(town).after["count"] == 2
    assert "2店" in words(desk.get(f"emoney/{emoney.pk}/"))
    confirmed(desk, desk.post(accept, {"what": "end", "whose": "all", "reason": "終了"}))
    assert town.pay(town.resident, town.shop, 100).outcome == "not_accepted"
    form = {"name": "こども応援", "name_en": "Children", "reason": "改名"}
    assert desk.post(f"emoneys/{emoney.pk}/edit/", form).status_code == 303
    assert last_act(town).before == {"name": "子育て応援", "name_en": "Families"}


def test_the_record_says_from_when_an_emoney_is_taken_and_until_when(
    town: Town, desk: Desk
) -> None:
    """Before: of one that begins at once and has no end it said None, twice."""
    accept = f"emoneys/{town.all_shops.pk}/accept/"
    confirmed(desk, desk.post(accept, {"what": "end", "whose": "all", "reason": "終了"}))
    confirmed(desk, desk.post(accept, {"what": "start", "whose": "all", "reason": "開始"}))
    at = Batch.objects.of(town.issuer).latest("pk").applied_at
    assert at is not None
    page = words(desk.get(f"auditentry/{last_act(town).pk}/"))
    assert f"開始: {in_japan(at):%Y/%m/%d %H:%M}" in page
    assert "終了: なし" in page


def test_ending_an_emoney_at_all_shops_asks_first_and_can_be_undone(town: Town, desk: Desk) -> None:
    """Before: one press ended it at all of 2,031 shops, and the record said how many, not which."""
    before = ledger.takes(ledger_connection(), town.issuer.pk)
    accept = f"emoneys/{town.all_shops.pk}/accept/"
    answer = desk.post(accept, {"what": "end", "whose": "all", "reason": "終了"})
    assert ledger.takes(ledger_connection(), town.issuer.pk) == before
    page = words(desk.get(answer["Location"]))
    for said in (
        "2店で使えないようにする",
        "S0001",
        "天王洲飯店",
        "スーパーおもいがわ",
        "期限なし → 使えない",
    ):
        assert said in page
    there = confirmed(desk, answer)
    assert "実行済み" in words(desk.get(there))
    entry = last_act(town)
    record = words(desk.get(f"auditentry/{entry.pk}/"))
    assert "S0001・S0002" in record
    undo = re.search(r'href="([^"]+/undo/)"', words(desk.get(there)))
    assert undo is not None
    assert "2店を元に戻す" in words(desk.get(undo[1]))
    assert desk.post(undo[1], {"reason": ""}).status_code == 422
    assert desk.post(undo[1], {"reason": "誤り"}).status_code == 303
    assert ledger.takes(ledger_connection(), town.issuer.pk) == before
    assert "元に戻した" in words(desk.get("batch/"))


def test_nobody_does_what_somebody_else_drafted(town: Town, desk: Desk) -> None:
    accept = f"emoneys/{town.all_shops.pk}/accept/"
    answer = desk.post(accept, {"what": "end", "whose": "all", "reason": "終了"})
    before = ledger.acceptances(ledger_connection(), town.issuer.pk)
    other = Desk(town.issuer)
    batch = Batch.objects.of(town.issuer).get()
    assert other.get(answer["Location"]).status_code == 404
    assert other.post(f"shops/batches/{batch.pk}/apply/").status_code == 404
    assert ledger.acceptances(ledger_connection(), town.issuer.pk) == before
    Batch.objects.filter(pk=batch.pk).update(drafted_at=clock.now() - timedelta(days=2))
    assert "古くなりました" in words(desk.post(f"shops/batches/{batch.pk}/apply/"))
    assert ledger.acceptances(ledger_connection(), town.issuer.pk) == before


def test_acceptance_is_planned(town: Town, desk: Desk) -> None:
    accept = f"emoneys/{town.small_shops.pk}/accept/"
    form = {"what": "start", "whose": "all", "start": hours(2), "end": hours(5), "reason": "秋"}
    confirmed(desk, desk.post(accept, form))
    assert "開始 2店、終了 3店" in words(desk.get(f"emoney/{town.small_shops.pk}/"))
    assert len(ledger.acceptances(ledger_connection(), town.issuer.pk)) == 5


@pytest.mark.parametrize(
    "wrong", [{"start": "5", "end": "2"}, {"end": "-2"}, {"whose": "area:0"}, {"reason": ""}]
)
def test_an_acceptance_that_is_wrong_changes_nothing(
    town: Town, desk: Desk, wrong: dict[str, str]
) -> None:
    before = ledger.acceptances(ledger_connection(), town.issuer.pk)
    times = {name: hours(int(wrong[name])) for name in ("start", "end") if name in wrong}
    form = {"what": "start", "whose": "all", "reason": "秋"} | wrong | times
    assert desk.post(f"emoneys/{town.all_shops.pk}/accept/", form).status_code == 422
    assert ledger.acceptances(ledger_connection(), town.issuer.pk) == before
    assert last_act(town).act == "log_in"


def sale_form(**changes: Any) -> dict[str, Any]:
    fields = {"name": "秋の販売", "name_en": "Autumn", "opens_at": hours(-1), "reason": "秋"}
    return fields | changes


def test_a_shop_that_is_stopped_meanwhile_is_not_accepted(town: Town, desk: Desk) -> None:
    before = ledger.acceptances(ledger_connection(), town.issuer.pk)
    form = {"what": "start", "whose": "all", "reason": "開始"}
    desk.post(f"emoneys/{town.small_shops.pk}/accept/", form)
    Shop.objects.filter(pk=town.large_shop.pk).update(open=False)
    batch = Batch.objects.of(town.issuer).get()
    answer = desk.post(f"shops/batches/{batch.pk}/apply/")
    assert answer.status_code == 409
    assert f"<li>S0002 {town.large_shop.name}</li>" in words(answer)
    assert ledger.acceptances(ledger_connection(), town.issuer.pk) == before


def test_a_name_has_no_control_characters(town: Town, desk: Desk) -> None:
    """With one in it the letters and tables of its codes could never be made."""
    fields = {"name": "秋\x0b販売\x07", "name_en": "Autumn\ufffe", "opens_at": hours(1)}
    form = fields | {"units_per_person": 10, "reason": "広報\r\n9\x02月号"}
    assert desk.post("sales/new/", form).status_code == 303
    sale = Sale.objects.of(town.issuer).get()
    assert (sale.name, sale.name_en) == ("秋 販売", "Autumn")
    assert last_act(town).reason == "広報\n9月号"


def test_a_sale_with_products_of_one_to_three_units(town: Town, desk: Desk) -> None:
    answer = desk.post("sales/new/", sale_form(closes_at=hours(90), units_per_person="5"))
    sale = Sale.objects.of(town.issuer).get()
    assert answer["Location"] == f"/console/sale/{sale.pk}/"
    form = {
        "sale": sale.pk,
        "name": "共通商品券",
        "name_en": "Voucher",
        "most": "3",
        "price": "10000",
        f"part_{town.small_shops.pk}": "8000",
        f"part_{town.all_shops.pk}": "5000",
        "rule": "after",
        "months": "6",
        "reason": "秋",
    }
    assert desk.confirm("products/new/", form).status_code == 303
    products = Product.objects.of(town.issuer).order_by("units")
    assert [(each.name, each.price, each.months) for each in products] == [
        ("共通商品券 (1口)", 10_000, 6),
        ("共通商品券 (2口)", 20_000, 6),
        ("共通商品券 (3口)", 30_000, 6),
    ]
    assert sorted(products[2].parts.values_list("amount", flat=True)) == [15_000, 24_000]
    assert last_act(town).act == "products_added"
    assert desk.confirm("products/new/", form).status_code == 422
    assert products.count() == 3
    assert "共通商品券 (2口)" in words(desk.get("product/"))
    assert desk.post(f"sales/{sale.pk}/edit/", sale_form(name="秋の追加販売")).status_code == 303
    assert last_act(town).before["name"] == "秋の販売"


@pytest.mark.parametrize(
    "wrong", [{"rule": "on"}, {"rule": "after"}, {"price": "0"}, {"part": "0"}, {"sale": "0"}]
)
def test_a_product_that_is_wrong_is_not_made(town: Town, desk: Desk, wrong: dict[str, str]) -> None:
    desk.post("sales/new/", sale_form())
    form = {
        "sale": Sale.objects.of(town.issuer).get().pk,
        "name": "券",
        "name_en": "Voucher",
        "most": "1",
        "price": "1000",
        "rule": "never",
        "reason": "秋",
        f"part_{town.all_shops.pk}": wrong.pop("part", "1200"),
    }
    assert desk.confirm("products/new/", form | wrong).status_code == 422
    assert not Product.objects.of(town.issuer).exists()


def product_form(town: Town, sale: Sale, **changes: Any) -> dict[str, Any]:
    form = {
        "sale": sale.pk,
        "name": "券",
        "name_en": "Voucher",
        "most": "2",
        "price": "10000",
        f"part_{town.all_shops.pk}": "5000",
        f"part_{town.small_shops.pk}": "8000",
        "rule": "never",
        "reason": "秋",
    }
    return form | changes


@pytest.fixture
def sale(town: Town) -> Sale:
    opens_at = clock.now() + timedelta(days=1)
    return open_sale(town.issuer, name="秋の販売", name_en="Autumn", opens_at=opens_at)


def test_a_product_is_shown_in_figures_before_it_is_made(
    town: Town, desk: Desk, sale: Sale
) -> None:
    shown = desk.post("products/new/", product_form(town, sale))
    assert shown.status_code == 200
    for said in ("1口", "10,000円", "13,000円分", "プレミアム30%", "20,000円", "26,000円分"):
        assert said in words(shown)
    assert "data-warnings" not in words(shown)
    assert not Product.objects.of(town.issuer).exists()


def test_a_sale_that_ends_at_midnight_is_told_by_its_last_day(town: Town, desk: Desk) -> None:
    """Before: 2027/01/01 00:00, on the pages to confirm products and codes."""
    form = sale_form(closes_at="2098-01-01T00:00")
    desk.post("sales/new/", form)
    sale = Sale.objects.of(town.issuer).get()
    shown = words(desk.post("products/new/", product_form(town, sale)))
    assert ("2097/12/31まで" in shown, "2098/01/01" in shown) == (True, False)


@pytest.mark.parametrize(
    ("price", "said"), [("1", "13,000.0倍"), ("6499", "2.0倍"), ("13001", "少なくなります")]
)
def test_a_price_that_cannot_be_meant_is_asked_for_again(
    town: Town, desk: Desk, sale: Sale, price: str, said: str
) -> None:
    form = product_form(town, sale, price=price)
    shown = words(desk.post("products/new/", form))
    assert (said in shown, "data-warnings" in shown) == (True, True)
    assert desk.post("products/new/", form | {"step": "do"}).status_code == 422
    assert not Product.objects.of(town.issuer).exists()
    assert desk.post("products/new/", form | {"step": "do", "sure": "on"}).status_code == 303
    assert Product.objects.of(town.issuer).count() == 2


@pytest.mark.parametrize("price", ["6500", "13000"])
def test_twice_the_price_and_just_the_price_can_be_meant(
    town: Town, desk: Desk, sale: Sale, price: str
) -> None:
    shown = words(desk.post("products/new/", product_form(town, sale, price=price)))
    assert "data-warnings" not in shown


def test_a_wrong_product_is_withdrawn_and_the_right_one_stands_in_its_place(
    town: Town, desk: Desk, sale: Sale
) -> None:
    desk.post("products/new/", product_form(town, sale, price="1") | {"step": "do", "sure": "on"})
    wrong = Product.objects.of(town.issuer).order_by("units").first()
    assert wrong is not None
    assert "下書き" in words(desk.get(f"product/{wrong.pk}/"))
    asked = words(desk.get(f"products/{wrong.pk}/withdraw/"))
    ticked = re.findall(r'name="products" value="\d+"[^>]* checked', asked)
    assert len(ticked) == 2  # both are so many units of the same thing
    both = list(Product.objects.of(town.issuer).values_list("pk", flat=True))
    answer = desk.post(f"products/{wrong.pk}/withdraw/", {"products": both, "reason": "誤り"})
    assert answer.status_code == 303
    assert (last_act(town).act, last_act(town).reason) == ("product_withdrawn", "誤り")
    assert "取り下げ" in words(desk.get(f"product/{wrong.pk}/"))
    assert f"products/{wrong.pk}/edit/" not in words(desk.get(f"product/{wrong.pk}/"))
    assert desk.confirm("products/new/", product_form(town, sale)).status_code == 303
    prices = Product.objects.of(town.issuer).filter(withdrawn_at=None).values_list("price")
    assert sorted(prices) == [(10_000,), (20_000,)]


def test_a_product_is_changed_while_nobody_has_bought_it(
    town: Town, desk: Desk, sale: Sale
) -> None:
    desk.confirm("products/new/", product_form(town, sale, most="1"))
    old = Product.objects.of(town.issuer).get()
    page = f"products/{old.pk}/edit/"
    asked = words(desk.get(page))
    assert all(f'value="{each}"' in asked for each in ("10000", "5000", "8000", "never"))
    form = product_form(town, sale, price="12000", rule="after", months="6", name_en="Coupon")
    shown = words(desk.post(page, form))
    assert "Voucher → Coupon" in shown  # a change of it alone was not to be seen
    assert ("10,000円" in shown, "12,000円" in shown, "なし → 購入から6か月" in shown) == (
        True,
    ) * 3
    assert desk.confirm(page, form).status_code == 303
    new = Product.objects.of(town.issuer).get(withdrawn_at=None)
    assert (new.units, new.price, new.months) == (1, 12_000, 6)
    assert (last_act(town).before["price"], last_act(town).after["price"]) == (10_000, 12_000)
    old.refresh_from_db()
    assert (old.price, old.withdrawn_at is not None) == (10_000, True)


def test_the_list_of_products_asks_the_clock_once(town: Town, desk: Desk, sale: Sale) -> None:
    """Before: once or twice for each line, and each is a query."""

    def asked() -> int:
        with mock.patch.object(clock, "now", wraps=clock.now) as now:
            assert "下書き" in words(desk.get("product/"))
        return now.call_count

    desk.confirm("products/new/", product_form(town, sale, most="1"))
    few = asked()
    later = open_sale(town.issuer, name="冬", name_en="", opens_at=sale.opens_at)
    desk.confirm("products/new/", product_form(town, later, most="5"))
    assert asked() == few


def test_a_sale_does_not_close_before_it_opens(town: Town, desk: Desk) -> None:
    assert desk.post("sales/new/", sale_form(closes_at=hours(-2))).status_code == 422
    assert not Sale.objects.of(town.issuer).exists()


def test_a_sale_is_not_over_before_it_is_made_but_can_be_stopped(town: Town, desk: Desk) -> None:
    over = sale_form(opens_at=hours(-9), closes_at=hours(-2))
    answer = desk.post("sales/new/", over)
    assert (answer.status_code, "もう過ぎた日時です" in words(answer)) == (422, True)
    assert not Sale.objects.of(town.issuer).exists()
    desk.post("sales/new/", sale_form(opens_at=hours(5)))
    sale = Sale.objects.of(town.issuer).get()
    assert desk.post(f"sales/{sale.pk}/edit/", over).status_code == 422
    assert desk.post(f"sales/{sale.pk}/edit/", sale_form(opens_at=hours(-9))).status_code == 303
    assert desk.post(f"sales/{sale.pk}/edit/", over).status_code == 303
