"""お支払確認: shown to the cashier, then お支払."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods

from hansatsu.flows.payments.paid_before import Outcome, paid_before
from hansatsu.flows.payments.poster import Standing, pay_at_poster, standing
from hansatsu.flows.payments.poster_intents import POSTER_TOKENS, Intent
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.seals.tokens import Opened
from hansatsu.parties.shops.models import Shop
from hansatsu.parties.wallets.limits import payment_limits
from hansatsu.parties.wallets.selectors import spend_preview
from hansatsu.web.shared.addresses import wallet_url
from hansatsu.web.shared.redirects import SeeOther
from hansatsu.web.shared.requests import is_script
from hansatsu.web.wallet.access import for_residents
from hansatsu.web.wallet.just_paid import remember_payment
from hansatsu.web.wallet.limit_words import why_over
from hansatsu.web.wallet.payment_words import over, payment_refusal
from hansatsu.web.wallet.show import show
from hansatsu.web.wallet.views.pay import open_shop_or_404
from hansatsu.web.wallet.views.settle import completion_url


@require_http_methods(["GET", "HEAD", "POST"])
@for_residents
def confirm(request: HttpRequest, resident: Resident, shop_code: str, token: str) -> HttpResponse:
    """Show what will be paid, and pay it once however often the button is pressed."""
    shop = open_shop_or_404(resident, shop_code)
    opened = POSTER_TOKENS.open(token)
    if opened is None or (opened.value.resident, opened.value.shop) != (resident.pk, shop.pk):
        raise Http404("not this resident's payment at this shop")
    if request.method == "POST":
        return _pay(request, resident, shop, opened)
    return _page(request, resident, shop, opened)


def _page(
    request: HttpRequest, resident: Resident, shop: Shop, opened: Opened[Intent]
) -> HttpResponse:
    intent = opened.value
    found = standing(resident, intent)
    if found.state == "paid" and found.as_intended:
        return SeeOther(completion_url(resident, found))
    limits = payment_limits(resident.issuer, resident.wallet_id)
    return show(
        request,
        resident.issuer,
        "confirm",
        shop=shop,
        amount=intent.amount,
        token=opened.text,
        plan=spend_preview(resident.issuer, resident.wallet_id, shop, intent.amount),
        found=found,
        before=paid_before(resident.issuer_id, resident.wallet_id, shop.pk, intent.amount),
        over_limit=why_over(limits, intent.amount),
        is_requested=intent.terminal is not None,
        over=over(found.state) if found.state != "open" or not opened.is_fresh() else None,
        refused=payment_refusal(request.GET.get("refused", "")),
    )


def _pay(
    request: HttpRequest, resident: Resident, shop: Shop, opened: Opened[Intent]
) -> HttpResponse:
    intent = opened.value
    found = standing(resident, intent)
    if found.state == "open" and not opened.is_fresh():
        return _answer(request, "not_paid", request.path)
    outcome = pay_at_poster(resident, intent, known=request.POST.get("before", ""))
    if outcome.outcome == "paid_before":
        return _answer(request, "not_paid", request.path)
    if outcome.paid and outcome.number:
        remember_payment(request, outcome.number)
        return _answer(request, "paid", completion_url(resident, Standing("paid", outcome.number)))
    return _answer(request, "not_paid", _refused_url(resident, shop, opened.text, outcome))


def _refused_url(resident: Resident, shop: Shop, token: str, outcome: Outcome) -> str:
    page = wallet_url("confirm", resident.issuer, shop_code=shop.code, token=token)
    return f"{page}?{urlencode({'refused': outcome.outcome})}"


def _answer(request: HttpRequest, state: str, location: str) -> HttpResponse:
    """To the script that pressed the button where to go; to a browser without it, go there."""
    if is_script(request):
        return JsonResponse({"state": state, "location": location})
    return SeeOther(location)
