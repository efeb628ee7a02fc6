"""The till: the amount, the customer's code, and on to the confirm page."""

import hashlib
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.csp import CSP
from django.utils.translation import gettext as _
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_http_methods, require_safe

from hansatsu.flows.payments.codes import Payer, read_code
from hansatsu.flows.payments.takings import takings_of_day
from hansatsu.flows.payments.till import (
    TILL_TOKENS,
    check_at_till,
    make_till_intent,
    new_key,
    own_key,
    value_here,
)
from hansatsu.flows.settlement.shop_statements import coming
from hansatsu.web.shared.addresses import shop_url
from hansatsu.web.shared.redirects import SeeOther
from hansatsu.web.shared.refusals import Refusal
from hansatsu.web.shared.requests import is_script
from hansatsu.web.shared.typed import LONGEST, amount_words, identifier, read_amount
from hansatsu.web.shared.words import grouped
from hansatsu.web.shop.access import Desk, for_staff
from hansatsu.web.shop.permissions import Act
from hansatsu.web.shop.refusals import over_limit, refusal, unread
from hansatsu.web.shop.show import show

POLICY = cast("dict[str, list[str]]", settings.SECURE_CSP) | {
    "script-src": [CSP.SELF, CSP.WASM_UNSAFE_EVAL]
}
"""The code reader is WebAssembly, as on the wallet's scanning page."""

PAD = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "00", "0")
DIGEST_DIGITS = 12
ROWS_BESIDE = 20
"""Of today's payments, beside the pad."""


@require_safe
@csp_override(POLICY)
@for_staff
def till(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The empty till, or with the amount that an unfinished payment had."""
    return _page(request, desk, typed=_offered(request), key=new_key())


@require_http_methods(["GET", "HEAD", "POST"])
@csp_override(POLICY)
@for_staff
def ring_up(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Read the code for the amount; what can be paid goes on to the confirm page."""
    if request.method != "POST":
        return SeeOther(shop_url("till"))
    amount = read_amount(request.POST.get("amount", "")[:LONGEST])
    code = identifier(request.POST.get("code", ""))
    if amount.yen is None:
        return refuse(request, desk, amount_refusal(amount.error))
    if not code:
        return refuse(request, desk, Refusal("code", _("お客様のコードを入力してください。"), ""))
    reading = read_code(desk.terminal, code)
    if reading.payer is None:
        was_typed = "scanned" not in request.POST
        return refuse(request, desk, unread(reading, was_typed=was_typed))
    outcome = check_at_till(desk.terminal, reading.payer, amount.yen)
    if outcome:
        return refuse(request, desk, _why_not(desk, outcome, reading.payer, amount.yen))
    key = _key_for(reading.payer, own_key(request.POST.get("key", "")))
    intent = make_till_intent(desk.terminal, desk.staff.pk, reading.payer, amount.yen, key)
    return _go_on(request, shop_url("confirm", token=TILL_TOKENS.seal(intent)))


def _key_for(payer: Payer, key: str) -> str:
    """The idempotency key of a sale: of this showing of the till, and of this payer. On a till
    that was brought back, the next customer's payment is never taken for the one before."""
    whose = hashlib.sha256(str(payer.wallet_id).encode()).hexdigest()
    return f"{key}-{whose[:DIGEST_DIGITS]}"


def _why_not(desk: Desk, outcome: str, payer: Payer, amount: int) -> Refusal:
    """The refusal; of a card also what it holds, for its holder can ask for that at a till."""
    if outcome == "over_limit":
        return over_limit(desk.issuer, amount)
    why = refusal(outcome, is_card=payer.device is None)
    held = value_here(desk.terminal, payer) if outcome == "insufficient" else None
    if held is None:
        return why
    title = _("カードの残高が不足しています。このお店で使える残高は%(yen)s円です。") % {
        "yen": grouped(held)
    }
    return Refusal(outcome, title, why.advice)


def _go_on(request: HttpRequest, location: str) -> HttpResponse:
    if is_script(request):
        return JsonResponse({"state": "confirm", "location": location})
    return SeeOther(location)


def amount_refusal(error: str) -> Refusal:
    """That what was entered is no amount."""
    return Refusal("amount", error, "")


def refuse(request: HttpRequest, desk: Desk, why: Refusal) -> HttpResponse:
    """The till again, with why it could not go on; a script is told so as JSON."""
    if is_script(request):
        told = {"state": "refused", "outcome": why.outcome, "title": why.title}
        return JsonResponse(told | {"advice": why.advice}, status=422)
    typed = request.POST.get("amount", "")[:LONGEST]
    return _page(request, desk, typed=typed, key=own_key(request.POST.get("key", "")), why=why)


def _page(
    request: HttpRequest, desk: Desk, *, typed: str, key: str, why: Refusal | None = None
) -> HttpResponse:
    return show(
        request,
        desk,
        "till",
        status=422 if why else 200,
        typed=typed,
        key=key,
        why=why,
        pad=PAD,
        amount_words=amount_words(),
        takings=takings_of_day(desk.shop, limit=ROWS_BESIDE),
        coming=coming(desk.shop) if desk.may(Act.STATEMENTS) else None,
    )


def _offered(request: HttpRequest) -> str:
    """The amount to begin with."""
    yen = read_amount(request.GET.get("amount", "")).yen
    return "" if yen is None else str(yen)
