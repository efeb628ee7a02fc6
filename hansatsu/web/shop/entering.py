"""From the password to the till: each step leads to the next one that is still to be done."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from hansatsu.parties.identity.known_browsers import remember
from hansatsu.parties.identity.models import Staff
from hansatsu.parties.identity.networks import address_of
from hansatsu.parties.issuers.audit import Actor, audit
from hansatsu.parties.staff import shop_sessions
from hansatsu.web.shared.addresses import shop_url
from hansatsu.web.shared.redirects import SeeOther
from hansatsu.web.shared.staff_steps import LogInSite
from hansatsu.web.shop.access import actor_of
from hansatsu.web.shop.terminals import remember_terminal
from hansatsu.web.shop.trusted import is_trusted_here, trust_here


def _actor(request: HttpRequest, staff: Staff) -> Actor:
    if staff.shop is None:
        raise ValueError("only a shop's staff log in here")
    return actor_of(staff, staff.shop, address_of(request), "")


def _enter(request: HttpRequest, staff: Staff, proven: bool) -> HttpResponse:
    shop = staff.shop
    if shop is None:
        raise ValueError("only a shop's staff have a till")
    response = SeeOther(shop_url("till"))
    with transaction.atomic():
        terminal = remember_terminal(request, response, shop)
        if proven and staff.needs_second_factor and not is_trusted_here(request, staff):
            trust_here(request, response, staff, terminal.pk)
        remember(request, response, staff=staff, terminal=terminal.pk)
        shop_sessions.log_in(request, staff, proven=proven)
        audit(
            actor_of(staff, shop, address_of(request), terminal.name),
            "log_in",
            terminal.actor,
            after={"second_factor": proven},
        )
    return response


SITE = LogInSite("shop", shop_sessions.PENDING, shop_url, _actor, _enter)
