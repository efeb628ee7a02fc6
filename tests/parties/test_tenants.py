"""Nothing of one issuer is visible to another, even to one who knows its numbers."""

from hansatsu.parties.cards.models import Card
from hansatsu.parties.gifts.models import GiftBatch, GiftCode, GiftValue
from hansatsu.parties.identity.models import Device, Resident, Staff
from hansatsu.parties.identity.residents import check_resident
from hansatsu.parties.issuers.alarms import raise_alarm
from hansatsu.parties.issuers.models import Alarm
from hansatsu.parties.programs.models import Emoney
from hansatsu.parties.shops.api_keys import make_api_key
from hansatsu.parties.shops.models import ApiKey, Area, Category, Shop, Terminal
from hansatsu.parties.shops.selectors import list_shops
from hansatsu.parties.staff.checking import open_staff
from hansatsu.parties.wallets.selectors import (
    balance_page,
    history_page,
    payment_detail,
    spend_preview,
    total_balance,
)
from tests.town import PASSWORD, make_town

GIFTS = (GiftBatch, GiftCode, GiftValue)


def test_managers_give_only_their_issuers_rows() -> None:
    town, other = make_town(), make_town()
    open_staff(
        other.issuer,
        login_id=f"boss-{other.issuer.code}",
        password=PASSWORD,
        role="owner",
        display_name="責任者",
    )
    assert not Staff.objects.of(town.issuer).exists()
    for each in (town, other):
        make_api_key(each.terminal())
        each.card()
        each.gift()
        each.device()
        raise_alarm(each.issuer, kind="test", subject="test", text="test")
    models = (Emoney, Area, Category, Shop, Resident, Terminal, ApiKey, Card, Device, Alarm)
    for model in models + GIFTS:
        ours = model.objects.of(town.issuer)
        assert ours.exists()
        assert {row.issuer_id for row in ours} == {town.issuer.pk}


def test_another_issuers_wallet_looks_empty_and_its_payments_do_not_open() -> None:
    town, other = make_town(), make_town()
    other.charge(other.resident, other.all_shops, 1000)
    paid = other.pay(other.resident, other.shop, 300)
    wallet_id = other.resident.wallet_id
    assert paid.number is not None
    assert total_balance(town.issuer, wallet_id) == 0
    assert balance_page(town.issuer, wallet_id).lots == ()
    assert history_page(town.issuer, wallet_id).rows == ()
    assert payment_detail(town.issuer, wallet_id, paid.number) is None
    assert spend_preview(town.issuer, wallet_id, town.shop, 100).balance == 0
    assert town.pay(other.resident, town.shop, 100).outcome == "unknown"
    assert total_balance(other.issuer, wallet_id) == 700


def test_a_resident_of_one_issuer_cannot_log_in_at_another() -> None:
    town, other = make_town(), make_town()
    other.add_resident("only-here")
    here = check_resident(other.issuer, login_id="only-here", password=PASSWORD, address="t1")
    there = check_resident(town.issuer, login_id="only-here", password=PASSWORD, address="t1")
    assert (here.outcome, there.outcome) == ("ok", "wrong")


def test_shops_of_another_issuer_are_not_listed() -> None:
    town, other = make_town(), make_town()
    other.add_shop("S0077", other.all_shops)
    assert "S0077" not in {shop.code for shop in list_shops(town.issuer)}
    assert list_shops(town.issuer, area_id=other.area.pk) == []
    assert list_shops(town.issuer, emoney_id=other.all_shops.pk) == []
