"""Shops: finding them, and what they take."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from hansatsu.database.connections import ledger_connection
from hansatsu.ledger import api as ledger
from hansatsu.parties.shops.models import Shop
from hansatsu.parties.shops.selectors import find_shop, list_shops
from hansatsu.parties.shops.services import NewShop, open_shop, set_takes
from tests.town import Town, make_town


def taken(town: Town, shop: Shop) -> set[int]:
    return set(ledger.takes(ledger_connection(), town.issuer.pk).get(shop.pk, []))


def test_a_poster_leads_to_its_shop() -> None:
    town = make_town()
    assert find_shop(town.issuer, "S0001") == town.shop
    assert find_shop(town.issuer, "s0001") == town.shop


@pytest.mark.parametrize("code", ["", "S9999", "S0001\0", "S0001'--"])
def test_an_unknown_number_is_no_shop(code: str) -> None:
    assert find_shop(make_town().issuer, code) is None


def test_a_closed_shop_is_not_found_or_listed() -> None:
    town = make_town()
    Shop.objects.of(town.issuer).filter(pk=town.shop.pk).update(open=False)
    assert find_shop(town.issuer, "S0001") is None
    assert [shop.code for shop in list_shops(town.issuer)] == ["S0002"]


def test_the_list_says_what_each_takes_and_can_be_narrowed() -> None:
    town = make_town()
    town.add_shop("S0003", town.all_shops, name="パンの木", name_kana="パンノキ")
    all_shops = list_shops(town.issuer)
    assert [(shop.code, shop.takes) for shop in all_shops] == [
        ("S0001", ("全店共通", "中小店舗限定")),
        ("S0002", ("全店共通",)),
        ("S0003", ("全店共通",)),
    ]
    assert [s.code for s in list_shops(town.issuer, words="パンノキ 中央町")] == ["S0003"]
    assert [s.code for s in list_shops(town.issuer, words="hanten")] == ["S0001"]
    assert list_shops(town.issuer, words="パン 本町") == []
    assert [s.code for s in list_shops(town.issuer, emoney_id=town.small_shops.pk)] == ["S0001"]
    assert len(list_shops(town.issuer, area_id=town.area.pk)) == 3
    assert list_shops(town.issuer, category_id=town.category.pk + 1) == []
    assert len(list_shops(town.issuer, words="\0")) == 3


def test_what_a_shop_takes_can_be_changed_and_changed_back() -> None:
    town = make_town()
    both = {town.all_shops.pk, town.small_shops.pk}
    set_takes(town.shop, [town.small_shops])
    assert taken(town, town.shop) == {town.small_shops.pk}
    set_takes(town.shop, [town.small_shops, town.all_shops])
    assert taken(town, town.shop) == both
    set_takes(town.shop, [])
    assert taken(town, town.shop) == set()


def test_a_shop_cannot_take_another_issuers_value() -> None:
    town, other = make_town(), make_town()
    with pytest.raises(ValueError, match="own issuer's"):
        set_takes(town.shop, [other.all_shops])
    assert taken(town, town.shop) == {town.all_shops.pk, town.small_shops.pk}


def test_a_shop_cannot_stand_in_another_issuers_area() -> None:
    town, other = make_town(), make_town()
    new = NewShop("S0009", "店", "ミセ", "Shop", other.area, town.category, "中央町9")
    with pytest.raises(ValueError, match="own issuer's"):
        open_shop(town.issuer, new)
    assert find_shop(town.issuer, "S0009") is None


def test_the_database_itself_keeps_a_shop_in_its_issuers_areas() -> None:
    town, other = make_town(), make_town()
    with pytest.raises(IntegrityError), transaction.atomic():
        Shop.objects.of(town.issuer).update(area=other.area)


def test_a_number_is_given_once_an_issuer() -> None:
    town, other = make_town(), make_town()
    with pytest.raises(ValidationError):
        town.add_shop("S0001")
    assert find_shop(other.issuer, "S0001") == other.shop
