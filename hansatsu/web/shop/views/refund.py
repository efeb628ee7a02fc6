"""取消 and 返金 from a payment's page: how much and why, what will happen, and once."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from hansatsu.flows.payments.poster_intents import new_key, own_key
from hansatsu.flows.payments.refund_intents import (
    REFUND_TOKENS,
    RefundIntent,
    made_refund,
    refund_by_staff,
    rehearse_by_staff,
    sent_left,
    settle_intent,
)
from hansatsu.flows.payments.refunds import Refundable, find_refundable
from hansatsu.flows.payments.refunds_since import refunds_since
from hansatsu.parties.seals.tokens import Opened
from hansatsu.parties.shops.models import Shop
from hansatsu.web.shared.addresses import shop_url
from hansatsu.web.shared.redirects import SeeOther
from hansatsu.web.shared.refund_words import reason_choices, refund_refusal, refunds_in_words
from hansatsu.web.shared.requests import is_script
from hansatsu.web.shared.typed import LONGEST, plain, read_amount
from hansatsu.web.shared.words import grouped
from hansatsu.web.shop.access import Desk, for_staff, prove_url
from hansatsu.web.shop.permissions import Act
from hansatsu.web.shop.show import show

LONGEST_NOTE = 100
"""Characters of 補足; with the choice it fits where the audit log keeps reasons."""


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def refund(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """The form: all that is left, or another amount; and the reason."""
    found = find_refundable(desk.shop, number)
    if found is None:
        raise Http404("not this shop's")
    if not found.is_today and desk.might(Act.REFUND) and not desk.may(Act.REFUND):
        return SeeOther(prove_url(request.path))
    if request.method == "POST":
        return _read(request, desk, found)
    return _form(request, desk, found, key=new_key(), left=found.left)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def refund_confirm(request: HttpRequest, desk: Desk, token: str) -> HttpResponse:
    """Say what will happen, and do it once however often the button is pressed."""
    opened = REFUND_TOKENS.open(token)
    here = (desk.staff.pk, desk.shop.pk)
    if opened is None or (opened.value.staff, opened.value.shop) != here:
        raise Http404("not this person's")
    found = find_refundable(desk.shop, opened.value.number)
    if found is None:
        raise Http404("not this shop's")
    if request.method == "POST":
        return _make(request, desk, opened)
    return _confirm(request, desk, opened, found)


@csrf_exempt
@require_POST
def refund_settle(request: HttpRequest) -> HttpResponse:
    """Say ``done`` with where to look, or ``not_done``: then it never will be. As for payments,
    the sealed text itself is the right to ask."""
    opened = REFUND_TOKENS.open(request.POST.get("token", ""))
    shop = opened and Shop.objects.select_related("issuer").filter(pk=opened.value.shop).first()
    if not opened or not shop:
        raise Http404("not a refund of ours")
    made = settle_intent(shop, opened.value)
    response = JsonResponse(
        {"state": "done" if made else "not_done", "location": _done_url(made) if made else ""}
    )
    add_never_cache_headers(response)
    return response


def _read(request: HttpRequest, desk: Desk, found: Refundable) -> HttpResponse:
    typed = request.POST.get("amount", "")[:LONGEST]
    chosen = request.POST.get("reason", "")
    note = plain(request.POST.get("note", ""))[:LONGEST_NOTE]
    amount = read_amount(typed)
    errors = {"amount": amount.error, "reason": "", "note": ""}
    if amount.yen is not None and amount.yen > found.left:
        errors["amount"] = _("返せるのは、あと%(yen)s円までです。") % {"yen": grouped(found.left)}
    words = dict(reason_choices()).get(chosen, "")
    if not words:
        errors["reason"] = _("理由を選んでください。")
    elif chosen == "other" and not note:
        errors["note"] = _("理由を入力してください。")
    key = own_key(request.POST.get("key", ""))
    sent = sent_left(request.POST.get("left", ""))
    left = found.left if sent is None else sent
    if any(errors.values()) or amount.yen is None:
        kept = {"typed": typed, "chosen": chosen, "note": note}
        return _form(request, desk, found, key=key, left=left, errors=errors, kept=kept)
    reason = f"{words}: {note}" if note else words
    intent = RefundIntent(
        staff=desk.staff.pk,
        shop=desk.shop.pk,
        number=found.number,
        amount=amount.yen,
        reason=reason,
        key=key,
        left=left,
    )
    return SeeOther(shop_url("refund_confirm", token=REFUND_TOKENS.seal(intent)))


def _form(
    request: HttpRequest,
    desk: Desk,
    found: Refundable,
    *,
    key: str,
    left: int,
    errors: dict[str, str] | None = None,
    kept: dict[str, str] | None = None,
) -> HttpResponse:
    errors = {field: error for field, error in (errors or {}).items() if error}
    kept = kept or {"typed": str(found.left), "chosen": "", "note": ""}
    return show(
        request,
        desk,
        "refund",
        status=422 if errors else 200,
        found=found,
        allowed=found.is_today or desk.may(Act.REFUND),
        key=key,
        left=left,
        reasons=reason_choices(),
        errors=errors,
        summary=[(_place(field), error) for field, error in errors.items()],
        **kept,
    )


def _place(field: str) -> str:
    return "reason-mistake" if field == "reason" else field


def _confirm(
    request: HttpRequest, desk: Desk, opened: Opened[RefundIntent], found: Refundable
) -> HttpResponse:
    intent = opened.value
    made = made_refund(desk.shop, intent)
    if made:
        return SeeOther(_done_url(made))
    refused = request.GET.get("refused", "")
    rehearsed = rehearse_by_staff(desk.staff, desk.shop, intent, today_only=_today_only(desk))
    if not refused and not rehearsed.refunded:
        refused = rehearsed.outcome
    since = refunds_since(desk.shop, found, intent.left)
    is_over = refused == "cancelled" or not opened.is_fresh()
    return show(
        request,
        desk,
        "refund_confirm",
        intent=intent,
        found=found,
        token=opened.text,
        expired=rehearsed.expired or 0,
        reversed=rehearsed.reversed or 0,
        coming=rehearsed.amount - (rehearsed.expired or 0) - (rehearsed.reversed or 0),
        is_over=is_over,
        since=refunds_in_words(since, name_clerks=False),
        why=refund_refusal(refused) if refused else None,
    )


def _make(request: HttpRequest, desk: Desk, opened: Opened[RefundIntent]) -> HttpResponse:
    intent = opened.value
    if not made_refund(desk.shop, intent) and not opened.is_fresh():
        return _answer(request, "not_done", request.path)
    sent = sent_left(request.POST.get("left", ""))
    made = refund_by_staff(
        desk.actor,
        desk.staff,
        desk.shop,
        intent,
        today_only=_today_only(desk),
        left=intent.left if sent is None else sent,
    )
    if made.refunded:
        return _answer(request, "done", _done_url(made.number))
    if made.outcome == "key_conflict":
        # Somebody went back and changed the amount after it was made: show what was made.
        return _answer(request, "done", _done_url(made_refund(desk.shop, intent)))
    if made.outcome == "left_changed":
        return _answer(request, "not_done", request.path)
    return _answer(request, "not_done", f"{request.path}?refused={made.outcome}")


def _today_only(desk: Desk) -> bool:
    return not desk.may(Act.REFUND)


def _answer(request: HttpRequest, state: str, location: str) -> HttpResponse:
    """To the script that pressed the button where to go; to a browser without it, go there."""
    if is_script(request):
        return JsonResponse({"state": state, "location": location})
    return SeeOther(location)


def _done_url(number: str) -> str:
    return shop_url("payment", number=number) + "?done=1"
