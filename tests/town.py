"""A town for one test: an issuer of its own, with emoneys, shops and residents.

    town = make_town()
    town.charge(town.resident, town.all_shops, 1000)
    outcome = town.pay(town.resident, town.shop, 300)

Everything is made through the services. Nothing is shared with other tests, so nothing needs to
be cleaned up.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from unittest import mock

from django.contrib.auth.hashers import Argon2PasswordHasher, make_password

from hansatsu.database.connections import ledger_connection
from hansatsu.ledger import api as ledger
from hansatsu.parties.cards.models import Card
from hansatsu.parties.cards.services import make_cards
from hansatsu.parties.gifts.expiry import Expiry
from hansatsu.parties.gifts.models import GiftCode
from hansatsu.parties.gifts.services import NewGifts, find_gift, make_gifts
from hansatsu.parties.identity.devices import open_device
from hansatsu.parties.identity.models import Device, Resident
from hansatsu.parties.identity.residents import NewResident, open_resident
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.issuers.services import NewIssuer, open_issuer
from hansatsu.parties.programs.models import Emoney
from hansatsu.parties.programs.services import open_emoney
from hansatsu.parties.shops.models import Area, Category, Shop, Terminal
from hansatsu.parties.shops.services import NewShop, open_area, open_category, open_shop
from hansatsu.parties.shops.terminals import open_terminal

PASSWORD = "correct-horse-2026"
"""Every resident's."""


@dataclass(frozen=True, slots=True)
class Town:
    """``shop`` takes both emoneys, ``large_shop`` only ``all_shops``."""

    issuer: Issuer
    all_shops: Emoney
    small_shops: Emoney
    area: Area
    category: Category
    shop: Shop
    large_shop: Shop
    resident: Resident

    def add_shop(self, code: str, *takes: Emoney, **fields: str) -> Shop:
        """Another shop."""
        names = {"name": f"店 {code}", "name_kana": "ミセ", "name_en": f"Shop {code}"}
        new = NewShop(
            code=code,
            area=self.area,
            category=self.category,
            address="中央町9-9-9",
            **(names | fields),
        )
        return open_shop(self.issuer, new, takes=takes)

    def add_resident(self, login_id: str, **fields: str) -> Resident:
        """Another resident, with the same password."""
        return _resident(self.issuer, login_id, **fields)

    def terminal(self, shop: Shop | None = None) -> Terminal:
        """A till of ``shop`` (by default of the town's first)."""
        return open_terminal(shop or self.shop, "レジ1")

    def device(self, resident: Resident | None = None) -> Device:
        """A browser of ``resident`` (by default of hanako)."""
        return open_device(resident or self.resident, "Phone")

    def card(self, amount: int = 0) -> tuple[str, Card]:
        """A card that holds ``amount`` yen for all shops, with its code."""
        ((code, card),) = make_cards(self.issuer, 1)
        if amount:
            self.charge(card, self.all_shops, amount)
        return code, card

    def limit(self, per_payment: int | None = None, per_day: int | None = None) -> None:
        """Set the issuer's limits of payments in yen; None is no limit."""
        ledger.set_limits(ledger_connection(), self.issuer.pk, ledger.Limits(per_payment, per_day))

    def gift(self, amount: int = 3000, **fields: Any) -> tuple[str, GiftCode]:
        """A gift code for all shops that never expires, unless ``fields`` of ``NewGifts`` say
        otherwise."""
        values = {"values": [(self.all_shops, amount)], "expiry": Expiry()} | fields
        _, (code,) = make_gifts(self.issuer, NewGifts("贈り物", **values), 1)
        gift = find_gift(self.issuer, code)
        assert gift is not None
        return code, gift

    def charge(
        self,
        resident: Resident | Card,
        emoney: Emoney,
        amount: int,
        expires_at: datetime | None = None,
    ) -> ledger.IssueOutcome:
        """Put a lot into a wallet."""
        request = ledger.Request.of("test", secrets.token_hex(8), "issue")
        lots = (ledger.NewLot(emoney.pk, amount, expires_at),)
        issue = ledger.Issue(request, self.issuer.pk, resident.wallet_id, lots)
        (outcome,) = ledger.issue_set(ledger_connection(), [issue])
        assert outcome.issued, outcome
        return outcome

    def pay(self, resident: Resident, shop: Shop, amount: int) -> ledger.PaymentOutcome:
        """Pay, or be refused."""
        request = ledger.Request.of(f"resident:{resident.pk}", secrets.token_hex(8), amount)
        return ledger.pay(
            ledger_connection(),
            ledger.Payment(request, self.issuer.pk, shop.pk, resident.wallet_id, amount),
        )

    def refund(self, number: str | None, amount: int | None = None) -> ledger.RefundOutcome:
        """Give a payment back."""
        assert number is not None
        request = ledger.Request.of("test", secrets.token_hex(8), number, amount)
        outcome = ledger.refund(
            ledger_connection(), ledger.Refund(request, self.issuer.pk, number, amount)
        )
        assert outcome.refunded, outcome
        return outcome


def make_town(
    *, limits: ledger.Limits | None = None, refund_grace_days: int = 0, **fields: Any
) -> Town:
    """A new town, with one resident (hanako) whose wallet is empty. ``fields`` are of
    ``NewIssuer``."""
    issuer = open_issuer(new_issuer(**fields), limits=limits, refund_grace_days=refund_grace_days)
    return furnished(issuer)


def furnished(issuer: Issuer) -> Town:
    """What ``make_town`` puts into a new issuer, in one that is there already and empty."""
    all_shops = open_emoney(issuer, name="全店共通", name_en="All shops")
    small_shops = open_emoney(issuer, name="中小店舗限定", name_en="Small shops only")
    area = open_area(issuer, name="駅西", name_en="West")
    category = open_category(issuer, name="中小店舗", name_en="Small shops")

    def shop(code: str, name: str, name_en: str, *takes: Emoney) -> Shop:
        new = NewShop(code, name, "テンノウズハンテン", name_en, area, category, "中央町9-1-1")
        return open_shop(issuer, new, takes=takes)

    return Town(
        issuer=issuer,
        all_shops=all_shops,
        small_shops=small_shops,
        area=area,
        category=category,
        shop=shop("S0001", "天王洲飯店", "Tennozu Hanten", all_shops, small_shops),
        large_shop=shop("S0002", "スーパーおもいがわ", "Super Omoigawa", all_shops),
        resident=_resident(issuer, "hanako"),
    )


def new_issuer(**fields: Any) -> NewIssuer:
    """What an issuer is made from, under a code that nobody else has."""
    code = secrets.token_hex(6).upper()
    values = {
        "code": f"T{code}",
        "name": "小山市共通商品券",
        "name_en": "Oyama Vouchers",
        "payment_prefix": f"T{code}",
        "mode": "sandbox",
        "seal": "小山",
        "office_name": "小山市共通商品券 事務局",
        "office_phone": "0285-00-0000",
        "office_hours": "平日 9:00〜17:00",
        "mail_from": "no-reply@oyama.example.jp",
        "domain": "oyama.example.jp",
    }
    return NewIssuer(**(values | fields))  # type: ignore[arg-type]


def _resident(issuer: Issuer, login_id: str, **fields: str) -> Resident:
    values = {
        "family_name": "小山",
        "given_name": "花子",
        "family_kana": "オヤマ",
        "given_kana": "ハナコ",
        "email": f"{login_id}@example.jp",
    }
    new = NewResident(login_id=login_id, **(values | fields))
    # A real hash, but a cheap one and the same for all.
    with mock.patch(
        "hansatsu.parties.identity.models.resident.make_password", return_value=_hashed()
    ):
        return open_resident(issuer, new, password=PASSWORD)


@contextmanager
def quick_hashing() -> Iterator[None]:
    """Have passwords hashed with little work, for tests that hash many."""
    with mock.patch.multiple(Argon2PasswordHasher, time_cost=1, memory_cost=64, parallelism=1):
        yield


@cache
def _hashed() -> str:
    with quick_hashing():
        return make_password(PASSWORD)
