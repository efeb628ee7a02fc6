"""The amount as a QR code that the customer scans, and waiting until it is paid."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hansatsu.flows.payments.poster import Standing
from hansatsu.flows.payments.till_requests import (
    REQUEST_TOKENS,
    Requested,
    ask_for,
    is_askable,
    standing_of_requested,
    withdraw,
)
from hansatsu.formats.qr.drawing import qr_svg
from hansatsu.formats.qr.poster import request_url
from hansatsu.parties.seals.tokens import Opened
from hansatsu.web.shared.addresses import shop_url
from hansatsu.web.shared.redirects import SeeOther
from hansatsu.web.shared.typed import LONGEST, read_amount
from hansatsu.web.shop.access import Desk, for_staff
from hansatsu.web.shop.show import show
from hansatsu.web.shop.views.settle import completion_url
from hansatsu.web.shop.views.till import POLICY, amount_refusal, refuse


@require_POST
@csp_override(POLICY)
@for_staff
def ask(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Ask for the amount of the till; the till comes again with words when it is no amount."""
    amount = read_amount(request.POST.get("amount", "")[:LONGEST])
    if amount.yen is None:
        return refuse(request, desk, amount_refusal(amount.error))
    token = REQUEST_TOKENS.seal(ask_for(desk.terminal, amount.yen))
    return SeeOther(shop_url("asked", token=token))


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def asked(request: HttpRequest, desk: Desk, token: str) -> HttpResponse:
    """Show the code until it is paid; POST withdraws it."""
    opened = _of(desk, token)
    requested = opened.value
    till = f"{shop_url('till')}?{urlencode({'amount': requested.amount})}"
    if request.method == "POST":
        found = withdraw(requested, desk.shop)
        return SeeOther(completion_url(found) if found.state == "paid" else till)
    found = standing_of_requested(requested, desk.shop)
    if found.state == "paid":
        return SeeOther(completion_url(found))
    return show(
        request,
        desk,
        "asked",
        amount=requested.amount,
        code=_code(desk, token),
        token=token,
        is_over=_state(desk, opened, found) == "over",
        till=till,
    )


@require_safe
@for_staff
def asked_json(request: HttpRequest, desk: Desk, token: str) -> HttpResponse:
    """Whether it is ``paid`` (and where that is shown), still ``open``, or ``over``; asked for once
    a second."""
    opened = _of(desk, token)
    found = standing_of_requested(opened.value, desk.shop)
    location = completion_url(found) if found.state == "paid" else ""
    return JsonResponse({"state": _state(desk, opened, found), "location": location})


def _of(desk: Desk, token: str) -> Opened[Requested]:
    opened = REQUEST_TOKENS.open(token)
    if opened is None or opened.value.terminal != desk.terminal.pk:
        raise Http404("not asked for at this till")
    return opened


def _state(desk: Desk, opened: Opened[Requested], found: Standing) -> str:
    if found.state == "paid":
        return "paid"
    return "open" if found.state == "open" and is_askable(opened, desk.shop) else "over"


def _code(desk: Desk, token: str) -> SafeString:
    address = request_url(settings.SITE_URL, desk.issuer.code, desk.shop.code, token)
    return mark_safe(qr_svg(address))  # noqa: S308 - an SVG made by us, of our own address
