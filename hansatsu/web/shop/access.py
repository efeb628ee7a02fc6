"""Who may see a page of the shop site: staff of an open shop, at a terminal that is not revoked."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from hansatsu.identity.models import Staff
from hansatsu.identity.staff_sessions import current_staff
from hansatsu.issuers.models import Issuer
from hansatsu.shops.models import Shop, Terminal
from hansatsu.web.shop.terminals import terminal_of
from hansatsu.web.wallet.access import SeeOther

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Desk:
    """A till in use: who stands at it, in which shop, and which browser it is."""

    staff: Staff
    shop: Shop
    terminal: Terminal

    @property
    def issuer(self) -> Issuer:
        """Whose shop it is."""
        return self.shop.issuer


DeskView = Callable[Concatenate[HttpRequest, Desk, ...], HttpResponse]


def current_desk(request: HttpRequest) -> Desk | None:
    """The till that this browser is, with who is logged in at it; or None."""
    staff = current_staff(request)
    if staff is None or staff.shop is None:
        return None
    terminal = terminal_of(request, staff.shop)
    return None if terminal is None else Desk(staff, staff.shop, terminal)


def for_staff(view: DeskView) -> View:
    """A page for a shop's staff: a stranger is led to the log-in, a script is told with 401.
    No browser and no proxy keeps a copy."""

    @wraps(view)
    def page(request: HttpRequest, **names: str) -> HttpResponse:
        desk = current_desk(request)
        response = _to_log_in(request) if desk is None else view(request, desk, **names)
        add_never_cache_headers(response)
        return response

    return page


def is_script(request: HttpRequest) -> bool:
    """Whether one of our scripts asks, and wants JSON."""
    return request.headers.get("Accept") == "application/json"


def shop_url(name: str, **names: str) -> str:
    """The address of one of the shop site's pages."""
    return reverse(f"shop:{name}", kwargs=names or None)


def _to_log_in(request: HttpRequest) -> HttpResponse:
    if is_script(request):
        return JsonResponse({"state": "logged_out"}, status=401)
    return SeeOther(shop_url("login"))
