"""When the answer to 決済する was lost: bring the payment to an end that is certain."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from hansatsu.flows.payments.poster import Standing
from hansatsu.flows.payments.till import TILL_TOKENS, settle_at_till
from hansatsu.parties.shops.models import Terminal
from hansatsu.web.shared.addresses import shop_url


@csrf_exempt
@require_POST
def settle(request: HttpRequest) -> HttpResponse:
    """Say ``paid`` with where to look, or ``not_paid``: then it never will be.

    As for the wallet the sealed text itself is the right to ask: the till hears an end even when
    its session has run out or it was revoked meanwhile.
    """
    opened = TILL_TOKENS.open(request.POST.get("token", ""))
    terminal = opened and Terminal.objects.filter(pk=opened.value.terminal).first()
    if not opened or not terminal:
        raise Http404("not a payment of a till of ours")
    found = settle_at_till(terminal, opened.value)
    location = ""
    if found.state == "paid":
        # Under a key that another amount has used up, the page of what was really paid.
        location = (
            completion_url(found) if found.as_intended else shop_url("payment", number=found.number)
        )
    response = JsonResponse(
        {"state": "paid" if found.state == "paid" else "not_paid", "location": location}
    )
    add_never_cache_headers(response)
    return response


def completion_url(found: Standing) -> str:
    """決済完了画面 of a payment, for the shop."""
    return shop_url("payment", number=found.number) + "?paid=1"
