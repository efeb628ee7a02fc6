"""The amount and a hint of who pays, then 決済する."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods

from hansatsu.flows.payments.paid_before import paid_before
from hansatsu.flows.payments.poster import Standing
from hansatsu.flows.payments.till import (
    TILL_TOKENS,
    TillIntent,
    pay_at_till,
    standing_at_till,
)
from hansatsu.parties.seals.tokens import Opened
from hansatsu.parties.wallets.selectors import SpendPreview, spend_preview
from hansatsu.web.shared.addresses import shop_url
from hansatsu.web.shared.redirects import SeeOther
from hansatsu.web.shared.refusals import Refusal
from hansatsu.web.shared.requests import is_script
from hansatsu.web.shop.access import Desk, for_staff
from hansatsu.web.shop.refusals import over, over_limit, refusal
from hansatsu.web.shop.show import show
from hansatsu.web.shop.views.settle import completion_url


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def confirm(request: HttpRequest, desk: Desk, token: str) -> HttpResponse:
    """Show what will be paid, and pay it once however often the button is pressed."""
    opened = TILL_TOKENS.open(token)
    here = (desk.terminal.pk, desk.staff.pk)
    if opened is None or (opened.value.terminal, opened.value.staff) != here:
        raise Http404("not rung up by this person at this till")
    if request.method == "POST":
        return _pay(request, desk, opened)
    return _page(request, desk, opened)


def _page(request: HttpRequest, desk: Desk, opened: Opened[TillIntent]) -> HttpResponse:
    intent = opened.value
    found = standing_at_till(desk.terminal, intent)
    if found.state == "paid" and found.as_intended:
        return SeeOther(completion_url(found))
    refused = request.GET.get("refused", "")
    before = paid_before(desk.issuer.pk, intent.wallet, desk.shop.pk, intent.amount)
    return show(
        request,
        desk,
        "confirm",
        amount=intent.amount,
        hint=intent.hint,
        card=_card(desk, intent),
        token=opened.text,
        found=found,
        before=before,
        over=over(found.state) if found.state != "open" or not opened.is_fresh() else None,
        why=_why(desk, intent, refused) if refused else None,
        again=f"{shop_url('till')}?{urlencode({'amount': intent.amount})}",
        rescan=f"{shop_url('till')}?{urlencode({'amount': intent.amount})}#scan",
    )


def _card(desk: Desk, intent: TillIntent) -> SpendPreview | None:
    """What a card holds: its holder can ask for it at the till. Nothing of a resident's wallet."""
    if intent.device is not None:
        return None
    return spend_preview(desk.issuer, intent.wallet, desk.shop, intent.amount)


def _why(desk: Desk, intent: TillIntent, refused: str) -> Refusal:
    if refused == "over_limit":
        return over_limit(desk.issuer, intent.amount)
    return refusal(refused, is_card=intent.device is None)


def _pay(request: HttpRequest, desk: Desk, opened: Opened[TillIntent]) -> HttpResponse:
    intent = opened.value
    found = standing_at_till(desk.terminal, intent)
    if found.state == "open" and not opened.is_fresh():
        return _answer(request, "not_paid", request.path)
    outcome = pay_at_till(desk.terminal, intent, known=request.POST.get("before", ""))
    if outcome.paid and outcome.number:
        return _answer(request, "paid", completion_url(Standing("paid", outcome.number)))
    if outcome.outcome == "paid_before":
        return _answer(request, "not_paid", request.path)
    refused = f"{request.path}?{urlencode({'refused': outcome.outcome})}"
    return _answer(request, "not_paid", refused)


def _answer(request: HttpRequest, state: str, location: str) -> HttpResponse:
    """To the script that pressed the button where to go; to a browser without it, go there."""
    if is_script(request):
        return JsonResponse({"state": state, "location": location})
    return SeeOther(location)
