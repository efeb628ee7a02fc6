"""天王洲キャッシュ (OEM202011): a small second town, to show that issuers are apart."""

from datetime import datetime

from hansatsu.demo.clock import Clock
from hansatsu.demo.town import building
from hansatsu.demo.town.accounts import build_accounts
from hansatsu.demo.town.api_keys import build_api_key
from hansatsu.demo.town.cards import build_cards
from hansatsu.demo.town.history import History, Visit
from hansatsu.demo.town.issuers import COMMON, TENNOZU
from hansatsu.demo.town.people import TENNOZU_RESIDENTS
from hansatsu.demo.town.shops import TENNOZU_AREAS, TENNOZU_CATEGORIES, TENNOZU_SHOPS
from hansatsu.parties.identity.models import Role
from hansatsu.parties.issuers.services import open_issuer

CONSOLE_STAFF = {
    "tennozu-admin": (Role.OWNER, "天王洲 責任者"),
    "tennozu-accountant": (Role.ACCOUNTANT, "天王洲 経理担当"),
}


def build(clock: Clock, today: datetime) -> None:
    """Make the town and play its history. Its value never expires, as in the guide."""
    issuer = open_issuer(TENNOZU)
    history = History(issuer, clock, today)
    clock.show(history.days_ago(120))
    emoneys = building.build_emoneys(issuer, (COMMON,))
    common = emoneys[COMMON.name]
    takes = {category.name: [common] for category in TENNOZU_CATEGORIES}
    shops = building.build_shops(issuer, TENNOZU_AREAS, TENNOZU_CATEGORIES, TENNOZU_SHOPS, takes)
    residents = building.build_residents(issuer, TENNOZU_RESIDENTS)
    building.build_shop_staff(issuer, shops[:1], prefix="tennozu-")
    for shop in shops:
        build_api_key(shop)
    building.build_console_staff(issuer, CONSOLE_STAFF)
    build_accounts(issuer, shops, "tennozu-accountant", "tennozu-admin")

    visits = [Visit(shop, each.usual) for shop, each in zip(shops, TENNOZU_SHOPS, strict=True)]
    for resident in residents:
        history.charge(history.days_ago(100, 20, 9), resident, {common.pk: 10000}, None)
        history.shopping(resident, visits, times=6, first=99, last=1, budget=6000)
    (card,) = build_cards(issuer, 1)
    history.charge(history.days_ago(30, 13), card, {common.pk: 2000}, None)
    history.play()
