"""From the password to the console: each step leads to the next one that is still to be done."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme

from hansatsu.identity import console_sessions
from hansatsu.identity.models import Staff
from hansatsu.identity.staff_login import next_step
from hansatsu.issuers.audit import audit
from hansatsu.web.console.access import actor_of, address_of, browser_of, console_url
from hansatsu.web.wallet.access import SeeOther

STEPS = {"code": "login_code", "password": "login_password", "enrol": "login_enrol"}
NEXT = "console_next"
LONGEST_NEXT = 500  # characters of an address


def keep_next(request: HttpRequest, to: str) -> None:
    """Keep where they were going until they are in, when it is a page of the console."""
    is_ours = url_has_allowed_host_and_scheme(to, allowed_hosts=None)
    if is_ours and to.startswith(console_url("index")) and len(to) <= LONGEST_NEXT:
        request.session[NEXT] = to
    else:
        request.session.pop(NEXT, None)


def go_on(request: HttpRequest, staff: Staff, *, proven: bool) -> HttpResponse:
    """To the next step of the log-in of ``staff``, or in."""
    step = next_step(staff, proven=proven)
    if step == "in":
        response: HttpResponse = _enter(request, staff)
    else:
        response = SeeOther(console_url(STEPS[step]))
    add_never_cache_headers(response)
    return response


def _enter(request: HttpRequest, staff: Staff) -> HttpResponse:
    to = request.session.pop(NEXT, console_url("index"))
    with transaction.atomic():
        console_sessions.log_in(request, staff)
        actor = actor_of(staff, address_of(request), browser_of(request))
        audit(actor, "log_in", staff.actor, after={"second_factor": True})
    return SeeOther(to)
