"""チャージ (QRコード): a gift code or a card is scanned or typed, shown, and taken into the wallet.

The code comes by POST, never in an address that logs or other sites would see: the QR code of a
gift has it behind the ``#``, which a browser keeps to itself, and a script sends it on from there.
"""

from typing import assert_never
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.csp import csp_override
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from hansatsu.flows.redemption.lookup import Reading, read
from hansatsu.flows.redemption.offers import Offer, offer
from hansatsu.flows.redemption.redeem import take
from hansatsu.flows.redemption.tokens import seal, unseal
from hansatsu.parties.identity.devices import touch_device
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.identity.networks import address_of
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.wallets.selectors import total_balance
from hansatsu.web.shared.addresses import wallet_url
from hansatsu.web.shared.redirects import SeeOther
from hansatsu.web.shared.typed import identifier
from hansatsu.web.shared.words import about_minutes
from hansatsu.web.wallet.access import for_everyone, for_residents, who_is_here
from hansatsu.web.wallet.show import show
from hansatsu.web.wallet.views.scan import POLICY, payment_page_of


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
@csp_override(POLICY)
@for_everyone
def code(request: HttpRequest, issuer: Issuer) -> HttpResponse:
    """Ask for the code. A stranger is told to log in, on this very page: its script keeps the code
    that came in the address meanwhile, which a redirect would lose."""
    here = who_is_here(request, issuer)
    if here.device is None:
        response = show(request, issuer, "take_stranger", next=wallet_url("take", issuer))
    else:
        touch_device(here.device)
        response = _code(request, here.device.resident)
    here.keep(request, response)
    add_never_cache_headers(response)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@for_residents
def confirm(request: HttpRequest, resident: Resident, token: str) -> HttpResponse:
    """Show what the code holds, and take it once however often the button is pressed."""
    found = unseal(resident, token)
    if found is None:
        raise Http404("not found by this resident")
    if request.method == "POST":
        outcome = take(resident, found)
        if outcome in ("done", "taken"):
            return SeeOther(f"{request.path}?done=1")
        return SeeOther(f"{request.path}?{urlencode({'refused': outcome})}")
    seen = offer(resident, found)
    return show(
        request,
        resident.issuer,
        "take_offer",
        offer=seen,
        is_done=seen.standing == "taken" and "done" in request.GET,
        why_not="" if seen.standing in ("open", "taken") else _why_not(seen),
        refused=_why_refused(request.GET.get("refused", ""), seen),
        balance=total_balance(resident.issuer, resident.wallet_id),
    )


def _code(request: HttpRequest, resident: Resident) -> HttpResponse:
    if request.method != "POST":
        return show(request, resident.issuer, "take")
    text = identifier(request.POST.get("code", ""))
    if shop := payment_page_of(request, resident.issuer, text):
        return SeeOther(shop)
    reading = read(resident, text, address=address_of(request))
    if reading.found is not None:
        return SeeOther(
            wallet_url("take_confirm", resident.issuer, token=seal(resident, reading.found))
        )
    return show(
        request,
        resident.issuer,
        "take",
        status=429 if reading.outcome == "too_many" else 422,
        typed=text,
        error=_why_unread(reading),
    )


def _why_unread(reading: Reading) -> str:
    match reading.outcome:
        case "too_many":
            return _(
                "違う番号が続いたため、しばらく入力できません。約%(minutes)d分後にもう一度お試しください。"
            ) % {"minutes": about_minutes(reading.wait_seconds)}
        case "purchase_code":
            return _(
                "これは購入コードです。「チャージ (購入)」で商品を選んだあとに入力してください。"
            )
        case "not_a_code":
            return _("番号が正しくありません。書かれている番号をもう一度ご確認ください。")
        case "unknown" | "found":
            return _(
                "この番号は使えません。番号をもう一度ご確認ください。すでに使われた番号や、無効になった番号はチャージできません。"
            )
        case never:
            assert_never(never)


def _why_refused(outcome: str, seen: Offer) -> str:
    """Why taking it has just been refused (``redemption.redeem.Outcome``); empty when it was not,
    or when what was found says so itself."""
    match outcome:
        case "":
            return ""
        case "over_limit":
            return _(
                "ウォレットでお持ちになれる上限額を超えます。残高をお使いになってから、もう一度お試しください。番号は使われていません。"
            )
        case "closed":
            return _(
                "このウォレットにはチャージできません。事務局へお問い合わせください。番号は使われていません。"
            )
        case _passed if seen.standing == "open":
            return _("番号は使われていません。内容をご確認のうえ、もう一度お試しください。")
        case _told_by_its_standing:
            return ""


def _why_not(seen: Offer) -> str:
    """Why what was found cannot be taken."""
    match seen.standing:
        case "not_yet":
            return _("まだチャージできません。%(moment)s からチャージできます。") % {
                "moment": f"{seen.takeable_from:%Y/%m/%d %H:%M}"
            }
        case "too_late":
            return _("チャージできる期間を過ぎています。")
        case "expired":
            return _("有効期限が切れています。")
        case "stopped":
            return _("このカードは利用が停止されています。事務局へお問い合わせください。")
        case "empty":
            return _("このカードには残高がありません。")
        case "not_allowed":
            return _(
                "このカードはチャージできません。お店でカードを提示して、そのままお支払いいただけます。"
            )
        case "gone" | "taken" | "open":
            return _("この番号は、ほかの方がすでに使われたか、無効になっています。")
        case never:
            assert_never(never)
