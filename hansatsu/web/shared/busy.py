"""A page that waited too long for what another transaction holds: a page of ours, not an error.

Pages wait for locks as long as ``config.environment.database`` says. What then ends was a
transaction that has been rolled back, so this press has changed nothing. An earlier press of the
same payment may still be on its way, though: nobody is told that it was not made. A script settles
it (``frontend/helpers/settle_payment.ts``); without one, the confirm page says how it stands, and
has the same key for another try.
"""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from hansatsu.database.waiting import wait_in
from hansatsu.web.shared.requests import is_script
from hansatsu.web.shared.stale import page_before

GetResponse = Callable[[HttpRequest], HttpResponse]

SETTLED_ON = {
    ("wallet", "confirm"): "payment",
    ("shop", "confirm"): "payment",
    ("shop", "refund_confirm"): "refund",
}
"""Pages of an act with a key of its own, that say themselves how the act stands."""

RETRY_AFTER = "3"
"""Seconds."""

_log = logging.getLogger(__name__)


class BusyMiddleware:
    """Answers 503 in words, and a script in JSON."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """What the page answers."""
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page when a wait of the view ended in vain; None leaves every other error to
        Django."""
        waited = wait_in(exception)
        if waited is None:
            return None
        _log.warning("a page waited in vain: %s %s: %s", request.method, _route(request), waited)
        response = _answer(request)
        response.headers["Retry-After"] = RETRY_AFTER
        add_never_cache_headers(response)
        return response


def _route(request: HttpRequest) -> str:
    """The address without what stands in it: a mailed link is as good as a password."""
    return request.resolver_match.route if request.resolver_match else ""


def _answer(request: HttpRequest) -> HttpResponse:
    if is_script(request):
        told = {"title": _("ただいま混み合っています。"), "outcome": "try_again"}
        told |= {"advice": _("少し待ってから、もう一度お試しください。")}
        return JsonResponse({"state": "try_again"} | told, status=503)
    match = request.resolver_match
    name = (match.namespace, match.url_name or "") if match else ("", "")
    act = "look" if request.method in ("GET", "HEAD") else SETTLED_ON.get(name, "act")
    way = (page_before(request) or request.path) if act == "act" else request.get_full_path()
    return render(request, "503.html", {"act": act, "way_on": way}, status=503)
