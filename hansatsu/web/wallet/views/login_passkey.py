"""Logging in by a passkey, for the first page's script."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hansatsu.flows.accounts import login, passkey_login, saved_devices
from hansatsu.parties.identity.networks import address_of
from hansatsu.parties.issuers.models import Issuer
from hansatsu.web.wallet.access import for_everyone
from hansatsu.web.wallet.way_back import way_back


@require_POST
@for_everyone
def options(request: HttpRequest, issuer: Issuer) -> HttpResponse:
    """What the browser is asked (``PublicKeyCredentialRequestOptionsJSON``)."""
    response = JsonResponse(passkey_login.options(request.session, issuer))
    add_never_cache_headers(response)
    return response


@require_POST
@for_everyone
def answer(request: HttpRequest, issuer: Issuer) -> HttpResponse:
    """Judge the browser's answer: ``{"location"}`` when it lets in, otherwise ``{"words"}``."""
    text = request.POST.get("answer", "")
    resident = passkey_login.prove(request.session, issuer, text, address_of(request))
    if resident is None:
        words = _("このパスキーではログインできませんでした。ログインIDでログインしてください。")
        return JsonResponse({"words": words}, status=422)
    login.leave(request.session, issuer)
    logged_in = login.enter(
        request, resident, by="passkey", is_saved=request.POST.get("save") == "yes"
    )
    response = JsonResponse({"location": way_back(request, issuer)})
    saved_devices.set_cookie(request, response, logged_in.device, logged_in.token)
    add_never_cache_headers(response)
    return response
