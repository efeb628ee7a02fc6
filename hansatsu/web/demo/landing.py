"""The demo's first page: who one can be, and a poster to scan."""

import json
import os
from pathlib import Path
from typing import Any

import pyotp
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from hansatsu.formats.qr.drawing import qr_svg
from hansatsu.formats.qr.poster import poster_url
from hansatsu.parties import clock
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.shops.models import Shop
from hansatsu.web.console.staff.role_words import role_words

RESIDENTS_SHOWN = 3


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """Issuers, log-ins of the demo town, and the poster of its first shop."""
    town = _town()
    shop = Shop.objects.filter(open=True).select_related("issuer").order_by("code", "pk").first()
    context = {
        "issuers": Issuer.objects.order_by("-code"),
        "residents": town.get("residents", [])[:RESIDENTS_SHOWN],
        "staff": [_person(each) for each in town["shops"][0]["staff"]] if town else [],
        "clerks": [
            _person(each) | {"role": role_words(each["role"])} for each in town.get("console", [])
        ],
        "shop": shop,
        "poster": _poster(shop) if shop else "",
    }
    return render(request, "demo/landing.html", context)


def _person(staff: dict[str, str]) -> dict[str, str]:
    """A log-in of the shop's staff, with the code that the authenticator shows now: the demo has
    no phone to show it."""
    secret = staff.get("totp_secret")
    return {**staff, "code": pyotp.TOTP(secret).at(clock.now()) if secret else ""}


def _poster(shop: Shop) -> SafeString:
    address = poster_url(settings.SITE_URL, shop.issuer.code, shop.code)
    return mark_safe(qr_svg(address))  # noqa: S308 - an SVG made by us, of our own address


def _town() -> dict[str, Any]:
    """What the demo wrote of itself when it was ready; nothing before that."""
    file = Path(os.environ.get("HANSATSU_HOME", ".hansatsu")) / "demo.json"
    if not file.exists():
        return {}
    town: dict[str, Any] = json.loads(file.read_text())
    return town
