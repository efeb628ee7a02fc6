"""加盟店QRコード読取: the camera, a photo or the shop's number."""

from typing import cast
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.csp import CSP
from django.utils.translation import gettext as _
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_http_methods

from hansatsu.formats.qr.bearer_code import read_code
from hansatsu.formats.qr.mpm import (
    ShopCode,
    account_identifier,
    looks_like_mpm,
    read_shop_code,
)
from hansatsu.formats.qr.poster import SHOP_CODE, read_poster_url, read_request_url
from hansatsu.formats.qr.tlv import MalformedCodeError
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.shops.models import Shop
from hansatsu.parties.shops.selectors import find_shop
from hansatsu.web.shared.addresses import wallet_url
from hansatsu.web.shared.redirects import SeeOther
from hansatsu.web.shared.typed import identifier
from hansatsu.web.wallet.access import for_residents
from hansatsu.web.wallet.show import show

POLICY = cast("dict[str, list[str]]", settings.SECURE_CSP) | {
    "script-src": [CSP.SELF, CSP.WASM_UNSAFE_EVAL]
}
"""The QR reader is WebAssembly; no other page may run any."""


@require_http_methods(["GET", "HEAD", "POST"])
@csp_override(POLICY)
@for_residents
def scan(request: HttpRequest, resident: Resident) -> HttpResponse:
    """Show the scanner; with ``code`` go to the shop it names. What was scanned is no secret and
    comes in the address; what was typed is posted, for it may be a gift code."""
    issuer = resident.issuer
    text = identifier(request.POST.get("code", "") or request.GET.get("code", ""))
    if not text:
        return show(request, issuer, "scan")
    if (code := read_code(text)) is not None:
        return SeeOther(f"{wallet_url('take', issuer)}#{code}")
    if page := payment_page_of(request, issuer, text):
        return SeeOther(page)
    typed = text if SHOP_CODE.fullmatch(text.upper()) else ""
    return show(request, issuer, "scan", typed=typed, error=_why_not(issuer, typed), status=404)


def payment_page_of(request: HttpRequest, issuer: Issuer, text: str) -> str:
    """The address of the page where one pays at the shop that a poster, a till, an EMVCo code or a
    typed number names; empty when it names none of the issuer's."""
    asked = read_request_url(text, site_urls=_sites(request), issuer_code=issuer.code)
    if asked is not None:
        return wallet_url("pay_requested", issuer, shop_code=asked[0], token=asked[1])
    found = _read(request, issuer, text)
    shop = find_shop(issuer, found.shop) if found else None
    return _payment_page(issuer, shop, found) if found and shop else ""


def _read(request: HttpRequest, issuer: Issuer, text: str) -> ShopCode | None:
    """The shop that a poster, an EMVCo code or a typed number names, if it may be ours."""
    if SHOP_CODE.fullmatch(text.upper()):
        return ShopCode(text.upper())
    if looks_like_mpm(text):
        return _read_mpm(issuer, text)
    shop_code = read_poster_url(text, site_urls=_sites(request), issuer_code=issuer.code)
    return ShopCode(shop_code) if shop_code else None


def _sites(request: HttpRequest) -> set[str]:
    """The addresses that this site has."""
    return {settings.SITE_URL, f"{request.scheme}://{request.get_host()}"}


def _read_mpm(issuer: Issuer, text: str) -> ShopCode | None:
    account = account_identifier(settings.SITE_URL + wallet_url("top", issuer))
    try:
        found = read_shop_code(text, account=account)
    except MalformedCodeError:
        return None
    return found if found and SHOP_CODE.fullmatch(found.shop) else None


def _payment_page(issuer: Issuer, shop: Shop, found: ShopCode) -> str:
    address = wallet_url("pay", issuer, shop_code=shop.code)
    return f"{address}?{urlencode({'amount': found.amount})}" if found.amount else address


def _why_not(issuer: Issuer, typed: str) -> str:
    if typed:
        return _(
            "番号「%(code)s」のお店は見つかりません。お店のポスターの番号をもう一度ご確認ください。"
        ) % {"code": typed}
    return _("このQRコードは%(issuer)sのお店のものではありません。お店の方にご確認ください。") % {
        "issuer": issuer.local_name
    }
