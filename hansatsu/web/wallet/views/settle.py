"""When the answer to お支払 was lost: bring the payment to an end that is certain."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from hansatsu.flows.payments.poster import Standing
from hansatsu.flows.payments.poster import settle as settle_intent
from hansatsu.flows.payments.poster_intents import POSTER_TOKENS
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.issuers.models import Issuer
from hansatsu.web.shared.addresses import wallet_url
from hansatsu.web.wallet.access import for_everyone
from hansatsu.web.wallet.just_paid import remember_payment


@csrf_exempt
@require_POST
@for_everyone
def settle(request: HttpRequest, issuer: Issuer) -> HttpResponse:
    """Say ``paid`` with where to look, or ``not_paid``: then it never will be.

    The sealed text itself is the right to ask, so the question has an answer even when the
    session has ended meanwhile, or another tab has logged in (so no CSRF check: it would be refused
    then, and nobody but the page that holds the sealed text can ask).
    """
    opened = POSTER_TOKENS.open(request.POST.get("token", ""))
    resident = opened and Resident.objects.of(issuer).filter(pk=opened.value.resident).first()
    if not opened or not resident:
        raise Http404("not a payment of this issuer")
    found = settle_intent(resident, opened.value)
    location = ""
    if found.state == "paid":
        remember_payment(request, found.number)
        # Under a key that another amount has used up, the receipt of what was really paid.
        location = (
            completion_url(resident, found)
            if found.as_intended
            else wallet_url("payment", issuer, number=found.number)
        )
    response = JsonResponse(
        {"state": "paid" if found.state == "paid" else "not_paid", "location": location}
    )
    add_never_cache_headers(response)
    return response


def completion_url(resident: Resident, found: Standing) -> str:
    """決済完了画面 of a payment."""
    return wallet_url("payment", resident.issuer, number=found.number) + "?paid=1"
