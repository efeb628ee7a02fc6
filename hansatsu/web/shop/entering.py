"""From the password to the till: each step leads to the next one that is still to be done."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

from hansatsu.identity import staff_sessions
from hansatsu.identity.models import Staff
from hansatsu.identity.staff_login import next_step
from hansatsu.issuers.audit import audit
from hansatsu.web.shop.access import actor_of, address_of, shop_url
from hansatsu.web.shop.terminals import remember_terminal
from hansatsu.web.shop.trusted import is_trusted_here, trust_here
from hansatsu.web.wallet.access import SeeOther

PAGES = {"code": "login_code", "password": "login_password", "enrol": "login_enrol"}


def go_on(request: HttpRequest, staff: Staff, *, proven: bool) -> HttpResponse:
    """To the next step of the log-in of ``staff``, or in."""
    step = next_step(staff, proven=proven)
    response = _enter(request, staff, proven) if step == "in" else SeeOther(shop_url(PAGES[step]))
    add_never_cache_headers(response)
    return response


def _enter(request: HttpRequest, staff: Staff, proven: bool) -> HttpResponse:
    shop = staff.shop
    if shop is None:
        raise ValueError("only a shop's staff have a till")
    response = SeeOther(shop_url("till"))
    with transaction.atomic():
        terminal = remember_terminal(request, response, shop)
        if proven and staff.needs_second_factor and not is_trusted_here(request, staff):
            trust_here(request, response, staff, terminal.pk)
        staff_sessions.log_in(request, staff, proven=proven)
        audit(
            actor_of(staff, shop, address_of(request), terminal.name),
            "log_in",
            terminal.actor,
            after={"second_factor": proven},
        )
    return response
