"""The letter by which a shop gets its first log-in: where, as whom, with which password, and what
comes then. Its reader can log in as the shop's manager, so it is handed out once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hansatsu.flows.printouts.letterhead import letterhead
from hansatsu.formats.printing.typesetting import typeset
from hansatsu.formats.qr.drawing import qr_picture
from hansatsu.parties.issuers.log_in import log_in_address
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.shops.models import Shop
from hansatsu.parties.staff.first_managers import Handed

HEAD = ("加盟店番号", "店名", "住所", "電話番号", "アドレス", "ログインID", "初期パスワード")
"""The headings of the table, for those who print letters of their own."""


@dataclass(frozen=True, slots=True)
class ShopLetter:
    """To ``shop``, with what its manager logs in with."""

    shop: Shop
    handed: Handed

    def row(self, address: str) -> list[str]:
        """Its line under ``HEAD``."""
        shop, staff = self.shop, self.handed.staff
        of_shop = [shop.code, shop.name, shop.address, shop.phone]
        return [*of_shop, address, staff.login_id, self.handed.password]

    def words(self) -> dict[str, Any]:
        """For the template."""
        return {
            "shop": {
                "name": self.shop.name,
                "code": self.shop.code,
                "address": self.shop.address,
            },
            "login_id": self.handed.staff.login_id,
            "password": self.handed.password,
        }


def shop_log_in(issuer: Issuer) -> str:
    """Where the shops' staff log in."""
    return log_in_address("/shop/login/", issuer)


def shop_letters(issuer: Issuer, letters: Sequence[ShopLetter]) -> bytes:
    """The letters in their order, a page each, as a PDF file."""
    address = shop_log_in(issuer)
    return typeset(
        "shop_letters",
        {
            "issuer": letterhead(issuer),
            "address": address,
            "qr": qr_picture(address),
            "letters": [each.words() for each in letters],
        },
    )
