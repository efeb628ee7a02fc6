"""Where payment providers send their webhooks: ``/psp/PROVIDER/ISSUER/webhook/``."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from hansatsu.flows.charging.models import Source
from hansatsu.flows.charging.provider_accounts import provider_named
from hansatsu.flows.charging.provider_events import take_event
from hansatsu.flows.charging.psp.base import BadSignatureError, ProviderDownError
from hansatsu.parties.issuers.selectors import find_issuer


@csrf_exempt
@require_POST
def webhook(request: HttpRequest, provider: str, issuer_code: str) -> HttpResponse:
    """Take what the provider signed. 200 once it is taken, also for the second time; whatever
    goes wrong here is an error, so that the provider sends it again."""
    issuer = find_issuer(issuer_code)
    known = provider_named(issuer, provider) if issuer else None
    if issuer is None or known is None:
        raise Http404("no such account")
    try:
        events = known.read_webhook(request.body, dict(request.headers))
    except BadSignatureError:
        return HttpResponse("bad signature\n", status=400, content_type="text/plain")
    except ProviderDownError:  # it was asked for what the webhook leaves out
        return HttpResponse("send it again\n", status=503, content_type="text/plain")
    for event in events:
        take_event(issuer, provider, event, Source.WEBHOOK)
    return HttpResponse("taken\n", content_type="text/plain")
