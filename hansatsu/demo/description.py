"""The content of ``demo.json``: who can log in where, and with what."""

import os
from typing import Any

from django.conf import settings

from hansatsu.demo.town.api_keys import demo_api_key, has_demo_api_key
from hansatsu.demo.town.cards import demo_cards, demo_gifts
from hansatsu.demo.town.issuers import OYAMA, TENNOZU
from hansatsu.demo.town.passwords import demo_password, demo_totp_secret
from hansatsu.demo.town.purchases import demo_purchase_codes
from hansatsu.flows.payments.pos.practice_codes import LOGIN_ID
from hansatsu.parties.gifts.models import GiftState
from hansatsu.parties.identity.models import Resident, Staff
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.programs.models import CodeState
from hansatsu.parties.shops.models import Shop
from hansatsu.parties.shops.selectors import list_shops
from hansatsu.parties.wallets.selectors import total_balance


def describe() -> dict[str, Any]:
    """The towns as they stand in the database. ``other_issuers`` has the smaller one."""
    oyama, tennozu = (Issuer.objects.get(code=each.code) for each in (OYAMA, TENNOZU))
    api_port = os.environ.get("API_PORT", "8001")
    return {
        "site": settings.SITE_URL,
        "api": f"http://localhost:{api_port}/api/v1",
        **_issuer(oyama),
        "other_issuers": [_issuer(tennozu)],
    }


def _issuer(issuer: Issuer) -> dict[str, Any]:
    takes = {shop.code: list(shop.takes) for shop in list_shops(issuer)}
    return {
        "issuer": issuer.code,
        "residents": [_resident(each) for each in _townspeople(issuer)],
        "shops": [
            {
                "code": shop.code,
                "name": shop.name,
                "category": shop.category.name,
                "takes": takes[shop.code],
                "staff": [_staff(each) for each in shop.staff.order_by("id")],
                **({"api_key": demo_api_key(shop)} if has_demo_api_key(shop) else {}),
            }
            for shop in Shop.objects.of(issuer).select_related("category")
        ],
        "console": [
            _staff(each) for each in Staff.objects.of(issuer).filter(shop=None).order_by("id")
        ],
        "cards": [
            {"code": code, "balance": total_balance(issuer, card.wallet_id)}
            for code, card in demo_cards(issuer)
        ],
        "purchase_codes": [
            {
                "code": code,
                "product": found.sale.products.get(units=found.units).name,
                "units": found.units,
                "used": found.state != CodeState.FREE,
            }
            for code, found in demo_purchase_codes(issuer)
        ],
        "gift_codes": [
            {
                "code": code,
                "amount": sum(each.amount for each in gift.batch.values.all()),
                "used": gift.state != GiftState.READY,
            }
            for code, gift in demo_gifts(issuer)
        ],
    }


def _townspeople(issuer: Issuer) -> list[Resident]:
    """Without those whom tills have made to practise with."""
    residents = Resident.objects.of(issuer).exclude(login_id__startswith=LOGIN_ID)
    return list(residents.order_by("id"))


def _resident(resident: Resident) -> dict[str, str]:
    return {
        "login_id": resident.login_id,
        "password": demo_password(resident.login_id),
        "email": resident.email,
        "wallet": str(resident.wallet_id),
    }


def _staff(staff: Staff) -> dict[str, str]:
    return {
        "login_id": staff.login_id,
        "password": demo_password(staff.login_id),
        "role": staff.role,
        **({"totp_secret": demo_totp_secret(staff.login_id)} if staff.needs_second_factor else {}),
    }
