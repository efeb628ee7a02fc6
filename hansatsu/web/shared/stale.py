"""Pages that have grown stale: their reader has logged in or out in another tab, or waited long.

Nothing is done with what such a page sends. The sender ends where they wanted to go when that
loses nothing, and otherwise on a page of ours that says what happened, with a way on.
"""

from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme

from hansatsu.parties.identity.sessions import current_device
from hansatsu.parties.issuers.selectors import find_issuer
from hansatsu.parties.staff.console_sessions import current_clerk
from hansatsu.parties.staff.shop_sessions import current_staff
from hansatsu.web.shared.kept_amounts import with_amount
from hansatsu.web.shared.redirects import SeeOther
from hansatsu.web.shared.requests import is_script

STEPS_IN = {
    "wallet": {"login", "login_check", "login_code", "login_resend"},
    "shop": {"login", "login_code", "login_password", "login_enrol", "login_finish"},
    "console": {"login", "login_code", "login_password", "login_enrol", "login_finish"},
}
"""The pages of each site's log-in, which those who are logged in have behind them."""


def stale_page(request: HttpRequest, reason: str = "") -> HttpResponse:
    """What Django answers when a form's guard does not fit (``CSRF_FAILURE_VIEW``).

    A browser that sends no cookie of the guard at all keeps none: it is told, and led nowhere, for
    it would come back here for ever.
    """
    if is_script(request):
        return JsonResponse({"state": "stale"}, status=403)
    keeps_cookies = settings.CSRF_COOKIE_NAME in request.COOKIES
    way = _way_in(request) or with_amount(request) if keeps_cookies else ""
    response = (
        SeeOther(way)
        if way
        else render(request, "403_csrf.html", {"way_on": page_before(request)}, status=403)
    )
    add_never_cache_headers(response)
    return response


def page_before(request: HttpRequest) -> str:
    """The page of ours whose form was sent, to be opened anew; empty when that is not known."""
    referer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referer, {request.get_host()}):
        return ""
    parts = urlsplit(referer)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _way_in(request: HttpRequest) -> str:
    """Where the log-in leads whose step was sent; empty when nobody is in, or it was no step."""
    match = request.resolver_match
    site = match.namespace if match else ""
    if match is None or match.url_name not in STEPS_IN.get(site, ()):
        return ""
    if site == "wallet":
        return _way_into_wallet(request, str(match.kwargs["issuer_code"]))
    if site == "shop":
        return reverse("shop:till") if current_staff(request) else ""
    return reverse("console:index") if current_clerk(request) else ""


def _way_into_wallet(request: HttpRequest, issuer_code: str) -> str:
    issuer = find_issuer(issuer_code)
    if issuer is None or current_device(request, issuer) is None:
        return ""
    login = reverse("wallet:login", kwargs={"issuer_code": issuer_code})
    wanted = request.POST.get("next", "")
    return f"{login}?{urlencode({'next': wanted})}"  # which leads on, and nowhere else
