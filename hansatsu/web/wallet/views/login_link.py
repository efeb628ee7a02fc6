"""The mailed link that lets one log in when guesses of the one-time password are used up."""

from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_http_methods

from hansatsu.flows.accounts import login
from hansatsu.parties.identity.mailed_links import find_link
from hansatsu.parties.identity.models import MailedLink, Purpose
from hansatsu.parties.issuers.models import Issuer
from hansatsu.web.wallet.access import for_everyone, go
from hansatsu.web.wallet.login_steps import arrive
from hansatsu.web.wallet.show import show


@require_http_methods(["GET", "HEAD", "POST"])
@for_everyone
def link(request: HttpRequest, issuer: Issuer, token: str) -> HttpResponse:
    """Ask to go on (mail programs open links by themselves, but press nothing); the password is
    asked for unless it was typed in this browser."""
    found = find_link(issuer, Purpose.UNLOCK, token)
    if found.state != "ok" or found.link is None or found.link.resident is None:
        response = show(request, issuer, "login_link", status=410, is_over=True)
    elif request.method != "POST":
        response = show(request, issuer, "login_link", is_over=False)
    else:
        response = _go_on(request, issuer, found.link)
    add_never_cache_headers(response)
    return response


def _go_on(request: HttpRequest, issuer: Issuer, opened: MailedLink) -> HttpResponse:
    resident = opened.resident
    assert resident is not None
    log_in = login.under_way(request.session, issuer)
    if log_in is None or log_in.resident != resident:
        login.start(request.session, issuer, resident.login_id, link=opened)
        return go("login_check", issuer)
    log_in.link = opened
    if not login.link_serves(log_in):
        return show(request, issuer, "login_link", status=410, is_over=True)
    return arrive(request, log_in, by="link")
