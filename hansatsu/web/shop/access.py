"""Who may see a page of the shop site: staff of an open shop, at a terminal that is not revoked,
with a role that may (``permissions``)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from hansatsu.parties.identity.models import Staff
from hansatsu.parties.identity.networks import address_of
from hansatsu.parties.issuers.audit import Actor, place_of_shop
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.shops.models import Shop, Terminal
from hansatsu.parties.staff.shop_sessions import current_staff, is_proven, shift_opener
from hansatsu.web.shared.addresses import shop_url
from hansatsu.web.shared.redirects import SeeOther
from hansatsu.web.shared.requests import is_script
from hansatsu.web.shop.permissions import PAGES, Act, may, needs_proof
from hansatsu.web.shop.terminals import terminal_of

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Desk:
    """A till in use: who stands at it, in which shop, which browser it is, and whether their
    second factor was shown (or their role needs none). ``address`` is the browser's."""

    staff: Staff
    shop: Shop
    terminal: Terminal
    proven: bool
    address: str

    @property
    def issuer(self) -> Issuer:
        """Whose shop it is."""
        return self.shop.issuer

    @property
    def actor(self) -> Actor:
        """Who acts, for the audit log."""
        return actor_of(self.staff, self.shop, self.address, self.terminal.name)

    def may(self, act: Act) -> bool:
        """True when they may do this now."""
        return may(self.staff.role, act) and (self.proven or not needs_proof(act))

    def might(self, act: Act) -> bool:
        """True when they may once their second factor is shown."""
        return may(self.staff.role, act)


DeskView = Callable[Concatenate[HttpRequest, Desk, ...], HttpResponse]


def actor_of(staff: Staff, shop: Shop, address: str, browser: str) -> Actor:
    """A member of a shop's staff, for the audit log."""
    place = place_of_shop(shop.pk)
    return Actor(shop.issuer, staff.actor, staff.display_name, place, address, browser)


def current_desk(request: HttpRequest) -> Desk | None:
    """The till that this browser is, with who is logged in at it; or None."""
    staff = current_staff(request)
    if staff is None or staff.shop is None:
        return None
    terminal = terminal_of(request, staff.shop)
    if terminal is None:
        return None
    return Desk(staff, staff.shop, terminal, is_proven(request, staff), address_of(request))


def for_staff(view: DeskView) -> View:
    """A page for a shop's staff, as ``permissions.PAGES`` has it: a stranger is led to the log-in
    (a script is told with 401), who may not is told so, and who has not shown the second factor
    is asked for it. No browser and no proxy keeps a copy."""

    @wraps(view)
    def page(request: HttpRequest, **names: str) -> HttpResponse:
        desk = current_desk(request)
        response = _why_not(request, desk) if desk else _to_log_in(request)
        if desk is not None and response is None:
            response = view(request, desk, **names)
        assert response is not None
        add_never_cache_headers(response)
        return response

    return page


def prove_url(to: str) -> str:
    """Where the second factor is asked for, before going on to a page of the shop site."""
    return f"{shop_url('prove')}?{urlencode({'next': to})}"


def _why_not(request: HttpRequest, desk: Desk) -> HttpResponse | None:
    match = request.resolver_match
    act = PAGES[(match.url_name if match else None) or ""]
    if desk.may(act):
        return None
    if desk.might(act) and not is_script(request):
        # What was filled in is gone with a POST; the page that asked for it comes again.
        to = request.get_full_path() if request.method in ("GET", "HEAD") else shop_url("menu")
        return SeeOther(prove_url(to))
    if is_script(request):
        return JsonResponse({"state": "forbidden"}, status=403)
    page = {"issuer": desk.issuer, "shop": desk.shop, "staff": desk.staff, "desk": desk}
    return render(request, "shop/forbidden.html", page, status=403)


def _to_log_in(request: HttpRequest) -> HttpResponse:
    if is_script(request):
        return JsonResponse({"state": "logged_out"}, status=401)
    opener = shift_opener(request)
    if opener is not None and opener.shop is not None and terminal_of(request, opener.shop):
        return SeeOther(shop_url("pin"))
    return SeeOther(shop_url("login"))
