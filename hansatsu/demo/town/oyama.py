"""小山市共通商品券 (OEM202303): the large town."""

from datetime import datetime, timedelta

from hansatsu.demo.clock import Clock
from hansatsu.demo.town import building, settling
from hansatsu.demo.town.accounts import build_accounts
from hansatsu.demo.town.api_keys import build_api_key
from hansatsu.demo.town.cards import build_cards, build_gifts
from hansatsu.demo.town.history import GiveBack, History, Visit
from hansatsu.demo.town.issuers import ALL_SHOPS, OYAMA, SMALL_SHOPS
from hansatsu.demo.town.people import OYAMA_RESIDENTS
from hansatsu.demo.town.purchases import bought, build_sale, given_up, waiting
from hansatsu.demo.town.shops import LARGE, OYAMA_AREAS, OYAMA_CATEGORIES, OYAMA_SHOPS
from hansatsu.parties.identity.models import Role
from hansatsu.parties.issuers.services import open_issuer

UNIT_SMALL = 8000
UNIT_ALL = 5000
"""What one unit (口) of the product holds, in yen."""

CONSOLE_STAFF = {
    "admin": (Role.OWNER, "事務局 責任者"),
    "operator": (Role.OPERATOR, "事務局 運用担当"),
    "accountant": (Role.ACCOUNTANT, "事務局 経理担当"),
    "support": (Role.SUPPORT, "事務局 問い合わせ担当"),
    "viewer": (Role.VIEWER, "事務局 閲覧"),
}

STAFFED = 8
"""How many shops have staff who can log in: hashing a password is slow, as it must be."""

CARDS = (5000, 3000, 1000, 500, 0)
"""Yen on each printed card; the last one is empty."""

GIFTS, GIFT = 5, 3000
"""How many gift codes there are, and the yen in each."""

OPENED = 240
"""How many days ago the scheme began."""


def build(clock: Clock, today: datetime) -> None:
    """Make the town and play its history, up to yesterday."""
    issuer = open_issuer(OYAMA)
    history = History(issuer, clock, today)
    clock.show(history.days_ago(OPENED))
    town = _stand_up(history)
    _give_value(history, town)
    _give_cards(history, town)
    _sell(history, town)
    _go_shopping(history, town)
    all_shops = town.emoneys[ALL_SHOPS.name].pk
    settling.begin(history, town.residents[6], all_shops, town.shops)
    history.play()


def _stand_up(history: History) -> building.Town:
    issuer = history.issuer
    emoneys = building.build_emoneys(issuer, (ALL_SHOPS, SMALL_SHOPS))
    both = [emoneys[ALL_SHOPS.name], emoneys[SMALL_SHOPS.name]]
    takes = {
        category.name: both[:1] if category.name == LARGE else both for category in OYAMA_CATEGORIES
    }
    shops = building.build_shops(issuer, OYAMA_AREAS, OYAMA_CATEGORIES, OYAMA_SHOPS, takes)
    residents = building.build_residents(issuer, OYAMA_RESIDENTS)
    building.build_shop_staff(issuer, shops[:STAFFED], prefix="")
    for shop in shops:
        build_api_key(shop)
    building.build_console_staff(issuer, CONSOLE_STAFF)
    build_accounts(issuer, shops, "accountant", "admin")
    return building.Town(issuer, emoneys, shops, residents)


def _give_value(history: History, town: building.Town) -> None:
    """Three campaigns, of which the last two reached fewer people, so that there are lots in
    every band of 有効期限毎の残高; a gift without expiry; and one lot that has expired."""
    all_shops = town.emoneys[ALL_SHOPS.name].pk
    small_shops = town.emoneys[SMALL_SHOPS.name].pk

    def unit(count: int) -> dict[int, int]:
        return {small_shops: UNIT_SMALL * count, all_shops: UNIT_ALL * count}

    hanako = town.residents[0]
    spring_ends = history.days_ago(160, hour=0)
    history.charge(history.days_ago(215, 11, 20), hanako, {small_shops: 3000}, spring_ends)
    history.sweep(history.days_ago(160, hour=0, minute=1))

    chance = history.chance
    for place, resident in enumerate(town.residents):
        minute = chance.randrange(60)
        summer = history.days_ago(150 - chance.randrange(8), 19, minute)
        units = 1 if resident is hanako else chance.randint(1, 4)
        history.charge(summer, resident, unit(units), history.end_of_month(3))
        if place % 2 == 0:
            autumn = history.days_ago(75 - chance.randrange(8), 20, minute)
            history.charge(autumn, resident, unit(1), history.end_of_month(8))
        if place % 3 == 0:
            winter = history.days_ago(20 - chance.randrange(8), 12, minute)
            history.charge(winter, resident, unit(1), history.end_of_month(14))
        if place % 4 == 0:
            history.charge(history.days_ago(30, 15, minute), resident, {all_shops: 1000}, None)


def _give_cards(history: History, town: building.Town) -> None:
    all_shops = town.emoneys[ALL_SHOPS.name].pk
    cards = build_cards(history.issuer, len(CARDS))
    for card, amount in zip(cards, CARDS, strict=True):
        if amount:
            at, expires_at = history.days_ago(40, 13), history.end_of_month(8)
            history.charge(at, card, {all_shops: amount}, expires_at)
    build_gifts(history.issuer, town.emoneys[ALL_SHOPS.name], GIFT, GIFTS)


def _sell(history: History, town: building.Town) -> None:
    """The sale of this season, and what some residents did in it."""
    parts = {town.emoneys[SMALL_SHOPS.name]: UNIT_SMALL, town.emoneys[ALL_SHOPS.name]: UNIT_ALL}
    last_day = (history.end_of_month(5) - timedelta(days=1)).date()
    stall = build_sale(history, parts, opens_at=history.days_ago(60), last_day=last_day)
    hanako, taro, yoshie, _, kenji, sachiko = town.residents[:6]
    bought(stall, history.days_ago(18, 20, 4), taro, "card")
    bought(stall, history.days_ago(12, 10, 31), yoshie, "konbini")
    bought(stall, history.days_ago(4, 21, 17), hanako, "card")
    given_up(stall, history.days_ago(3, 12, 8), kenji)
    waiting(stall, history.days_ago(1, 18, 25), sachiko)


def _go_shopping(history: History, town: building.Town) -> None:
    visits = [Visit(shop, each.usual) for shop, each in zip(town.shops, OYAMA_SHOPS, strict=True)]
    hanako = town.residents[0]
    # Hanako leaves some of each lot: the spring one to expire, the others for visitors to spend.
    history.shopping(hanako, visits, times=4, first=214, last=162, budget=2400)
    history.shopping(hanako, visits, times=11, first=141, last=11, budget=9400)
    # As on the guide's own page: a payment at 天王洲飯店, and 50 yen of it given back.
    give_back = GiveBack(timedelta(hours=21), 50)
    history.payment(history.days_ago(9, 19, 12), hanako, town.shops[0], 1250, give_back)
    history.payment(history.days_ago(5, 17, 41), hanako, town.shops[1], 980)
    for resident in town.residents[1:]:
        history.shopping(
            resident,
            visits,
            times=history.chance.randint(10, 30),
            first=141,
            last=1,
            budget=history.chance.randint(8, 40) * 1000,
        )
