"""お支払情報 for an amount that a till asks for: filled in, and not to be changed."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from hansatsu.flows.payments.poster_intents import POSTER_TOKENS, make_requested_intent
from hansatsu.flows.payments.till_requests import (
    REQUEST_TOKENS,
    is_askable,
    standing_of_requested,
)
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.wallets.limits import payment_limits
from hansatsu.parties.wallets.selectors import spend_preview
from hansatsu.web.wallet.access import for_residents, go
from hansatsu.web.wallet.limit_words import why_over
from hansatsu.web.wallet.show import show
from hansatsu.web.wallet.views.pay import open_shop_or_404


@require_http_methods(["GET", "HEAD", "POST"])
@for_residents
def pay_requested(
    request: HttpRequest, resident: Resident, shop_code: str, token: str
) -> HttpResponse:
    """Show what the till asks for; when it can be paid, go on to お支払確認."""
    shop = open_shop_or_404(resident, shop_code)
    opened = REQUEST_TOKENS.open(token)
    if opened is None or opened.value.shop != shop.pk:
        raise Http404("not asked for by this shop")
    requested = opened.value
    held = spend_preview(resident.issuer, resident.wallet_id, shop, requested.amount)
    standing = standing_of_requested(requested, shop)
    is_over = standing.state != "open" or not is_askable(opened, shop)
    over_limit = why_over(payment_limits(resident.issuer, resident.wallet_id), requested.amount)
    cannot = is_over or over_limit or held.short
    if request.method == "POST" and not cannot:
        sealed = POSTER_TOKENS.seal(make_requested_intent(resident, requested))
        return go("confirm", resident.issuer, shop_code=shop.code, token=sealed)
    return show(
        request,
        resident.issuer,
        "pay_requested",
        status=422 if cannot else 200,
        shop=shop,
        amount=requested.amount,
        held=held,
        is_over=is_over,
        over_limit=over_limit,
        is_paid=standing.state == "paid",
    )
