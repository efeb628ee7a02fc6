"""From the password to the console: each step leads to the next one that is still to be done."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

from hansatsu.parties.identity.known_browsers import remember
from hansatsu.parties.identity.models import Staff
from hansatsu.parties.identity.networks import address_of
from hansatsu.parties.issuers.audit import Actor, audit
from hansatsu.parties.staff import console_sessions
from hansatsu.web.console.frame.access import actor_of, console_url
from hansatsu.web.shared.redirects import SeeOther
from hansatsu.web.shared.requests import browser_of
from hansatsu.web.shared.staff_steps import LogInSite

NEXT = "console_next"
LONGEST_NEXT = 500  # characters of an address


def keep_next(request: HttpRequest, to: str) -> None:
    """Keep where they were going until they are in, when it is a page of the console."""
    is_ours = url_has_allowed_host_and_scheme(to, allowed_hosts=None)
    if is_ours and to.startswith(console_url("index")) and len(to) <= LONGEST_NEXT:
        request.session[NEXT] = to
    else:
        request.session.pop(NEXT, None)


def _actor(request: HttpRequest, staff: Staff) -> Actor:
    return actor_of(staff, address_of(request), browser_of(request))


def _enter(request: HttpRequest, staff: Staff, proven: bool) -> HttpResponse:
    if not proven:
        raise ValueError("nobody comes into the console without a second factor")
    to = request.session.pop(NEXT, console_url("index"))
    response = SeeOther(to)
    with transaction.atomic():
        remember(request, response, staff=staff)
        console_sessions.log_in(request, staff)
        audit(_actor(request, staff), "log_in", staff.actor, after={"second_factor": True})
    return response


SITE = LogInSite("console", console_sessions.PENDING, console_url, _actor, _enter)
