"""A sandbox town for one run: a shop with terminals, keys and an endpoint. Needs Django."""

from hansatsu.lab.crash.journal import Journal
from hansatsu.messages.webhooks.services import open_endpoint
from hansatsu.parties.cards.services import find_card
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.issuers.services import NewIssuer, open_issuer
from hansatsu.parties.programs.services import open_emoney
from hansatsu.parties.shops.api_keys import make_api_key
from hansatsu.parties.shops.models import Shop
from hansatsu.parties.shops.services import NewShop, open_area, open_category, open_shop
from hansatsu.parties.shops.terminals import open_terminal

SCOPES = ("pay", "refund_today", "refund_any", "webhooks")


def make_shop() -> Shop:
    """An issuer with one emoney and one shop that takes it."""
    issuer = open_issuer(
        NewIssuer(
            code="TORTURE",
            name="耐久試験",
            name_en="Torture",
            payment_prefix="TORTURE000001",
            mode="sandbox",
            seal="試",
            office_name="事務局",
            office_phone="0285-00-0000",
            office_hours="-",
            mail_from="no-reply@torture.example.jp",
            domain="torture.example.jp",
        )
    )
    emoney = open_emoney(issuer, name="全店共通", name_en="All shops")
    area = open_area(issuer, name="町", name_en="Town")
    category = open_category(issuer, name="店", name_en="Shop")
    new = NewShop("S0001", "店", "ミセ", "Shop", area, category, "1-1-1")
    return open_shop(issuer, new, takes=[emoney])


def make_till(shop: Shop, name: str) -> tuple[str, str]:
    """A terminal; its key, and its name in the books."""
    terminal = open_terminal(shop, name, "pos")
    return make_api_key(terminal, SCOPES)[0], terminal.actor


def make_endpoint(shop: Shop, url: str) -> str:
    """An endpoint at ``url``; its secret."""
    events = ("payment.paid", "payment.refunded")
    return open_endpoint(shop, made_by="torture", key="1", url=url, events=events).secret


def wallets_of(issuer: Issuer, journal: Journal) -> dict[str, int]:
    """The wallets of the cards that were charged, by their codes."""
    found = {charge.code: find_card(issuer, charge.code) for charge in journal.charges}
    return {code: card.wallet_id for code, card in found.items() if card is not None}
