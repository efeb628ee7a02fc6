"""Shops' posters: a sheet for the wall, or a stand for the table. They are no secrets."""

from collections.abc import Sequence
from typing import Literal

from django.conf import settings

from hansatsu.flows.printouts.letterhead import letterhead
from hansatsu.formats.printing.typesetting import typeset
from hansatsu.formats.qr.drawing import qr_picture
from hansatsu.formats.qr.mpm import ShopCode, account_identifier, write_shop_code
from hansatsu.formats.qr.poster import poster_url
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.issuers.site_pages import site_page
from hansatsu.parties.shops.models import Shop

Form = Literal["a4", "stand"]
"""``stand`` is a page that is folded into a triangle (三角POP)."""

Code = Literal["url", "emv"]
"""``url`` opens from every phone's camera; ``emv`` is an EMVCo payload, for wallets alone."""


def poster(shop: Shop, form: Form, code: Code) -> bytes:
    """The shop's poster as a PDF file, with the steps of paying in Japanese and English."""
    return posters(shop.issuer, [shop], form, code)


def posters(issuer: Issuer, shops: Sequence[Shop], form: Form, code: Code) -> bytes:
    """The posters of shops of one issuer, a page each, in one PDF file."""
    return typeset(
        f"poster_{form}",
        {
            "issuer": letterhead(issuer),
            "posters": [
                {
                    "shop": {"name": shop.name, "name_en": shop.name_en, "code": shop.code},
                    "qr": qr_picture(poster_text(shop, code), error="q"),
                }
                for shop in shops
            ],
            "by_camera": code == "url",
        },
    )


def poster_text(shop: Shop, code: Code) -> str:
    """What the poster's QR code says."""
    if code == "url":
        return poster_url(settings.SITE_URL, shop.issuer.code, shop.code)
    return write_shop_code(
        ShopCode(shop.code),
        account=account_identifier(site_page(shop.issuer)),
        name=_latin(shop.name_en) or shop.code,
        city=_latin(shop.area.name_en) or shop.issuer.code,
    )


def _latin(text: str) -> str:
    """Only what EMVCo's names may be made of."""
    return "".join(letter for letter in text if letter.isascii() and letter.isprintable()).strip()
