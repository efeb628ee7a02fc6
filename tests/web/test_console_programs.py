"""What is on sale, in the console: emoneys, where they are taken, sales, products."""

from datetime import timedelta
from typing import Any
from unittest import mock

import pytest

from hansatsu.database.connections import ledger_connection
from hansatsu.issuers import clock
from hansatsu.issuers.models import AuditEntry
from hansatsu.ledger import api as ledger
from hansatsu.programs.models import Emoney, Product, Sale
from hansatsu.shops.models import Shop
from hansatsu.wallets.japan import in_japan
from hansatsu.web.console.program_forms import AcceptForm
from tests.support.clerks import Desk
from tests.support.clients import words
from tests.town import Town, make_town


@pytest.fixture
def town() -> Town:
    return make_town()


@pytest.fixture
def desk(town: Town) -> Desk:
    return Desk(town.issuer)


def last_act(town: Town) -> AuditEntry:
    return AuditEntry.objects.of(town.issuer).latest("pk")


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
    answer = desk.post(accept, {"what": "start", "whose": whose, "reason": "開始"})
    assert answer.status_code == 303
    assert town.pay(town.resident, town.shop, 100).paid
    assert last_act(town).after["count"] == 2
    assert "2店" in words(desk.get(f"emoney/{emoney.pk}/"))
    desk.post(accept, {"what": "end", "whose": "all", "reason": "終了"})
    assert town.pay(town.resident, town.shop, 100).outcome == "not_accepted"
    form = {"name": "こども応援", "name_en": "Children", "reason": "改名"}
    assert desk.post(f"emoneys/{emoney.pk}/edit/", form).status_code == 303
    assert last_act(town).before == {"name": "子育て応援", "name_en": "Families"}


def test_acceptance_is_planned(town: Town, desk: Desk) -> None:
    accept = f"emoneys/{town.small_shops.pk}/accept/"
    form = {"what": "start", "whose": "all", "start": hours(2), "end": hours(5), "reason": "秋"}
    assert desk.post(accept, form).status_code == 303
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
    seen = list(Shop.objects.of(town.issuer))
    Shop.objects.filter(pk=town.large_shop.pk).update(open=False)
    with mock.patch.object(AcceptForm, "clean", lambda form: form.cleaned_data | {"shops": seen}):
        form = {"what": "start", "whose": "all", "reason": "開始"}
        answer = desk.post(f"emoneys/{town.small_shops.pk}/accept/", form)
    assert answer.status_code == 422
    assert "停止された加盟店があります" in words(answer)
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
    assert desk.post("products/new/", form).status_code == 303
    products = Product.objects.of(town.issuer).order_by("units")
    assert [(each.name, each.price, each.months) for each in products] == [
        ("共通商品券 (1口)", 10_000, 6),
        ("共通商品券 (2口)", 20_000, 6),
        ("共通商品券 (3口)", 30_000, 6),
    ]
    assert sorted(products[2].parts.values_list("amount", flat=True)) == [15_000, 24_000]
    assert last_act(town).act == "products_added"
    assert desk.post("products/new/", form).status_code == 422
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
    assert desk.post("products/new/", form | wrong).status_code == 422
    assert not Product.objects.of(town.issuer).exists()


def test_a_sale_does_not_close_before_it_opens(town: Town, desk: Desk) -> None:
    assert desk.post("sales/new/", sale_form(closes_at=hours(-2))).status_code == 422
    assert not Sale.objects.of(town.issuer).exists()
