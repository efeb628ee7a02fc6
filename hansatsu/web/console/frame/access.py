"""Who may see a page of the console: the issuer's staff, as ``permissions`` has it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.csp import csp_override

from hansatsu.parties.identity.models import Staff
from hansatsu.parties.identity.networks import address_of
from hansatsu.parties.issuers.audit import CONSOLE, Actor
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.staff.console_sessions import current_clerk
from hansatsu.web.console.frame.csp import POLICY
from hansatsu.web.console.frame.page import site_context
from hansatsu.web.console.frame.permissions import Act, may, may_open
from hansatsu.web.shared.redirects import SeeOther
from hansatsu.web.shared.requests import browser_of

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Clerk:
    """Somebody at work in the console. ``address`` and ``browser`` are their browser's."""

    staff: Staff
    address: str
    browser: str

    @property
    def issuer(self) -> Issuer:
        """Whose staff it is, and whose things are seen."""
        return self.staff.issuer

    @property
    def actor(self) -> Actor:
        """Who acts, for the audit log."""
        return actor_of(self.staff, self.address, self.browser)

    def may(self, act: Act) -> bool:
        """True when their role has the act."""
        return may(self.staff.role, act)

    def may_open(self, page: str) -> bool:
        """True when their role may open the page of this name."""
        return may_open(self.staff.role, page)

    def only_open[Thing](self, *things: tuple[str, Thing]) -> list[Thing]:
        """Of things that lead to a page each, those whose page may be opened."""
        return [thing for page, thing in things if self.may_open(page)]


ClerkView = Callable[Concatenate[HttpRequest, Clerk, ...], HttpResponse]


def actor_of(staff: Staff, address: str, browser: str) -> Actor:
    """A member of the issuer's staff, for the audit log."""
    return Actor(staff.issuer, staff.actor, staff.display_name, CONSOLE, address, browser)


def clerk_of(request: HttpRequest) -> Clerk:
    """Who works in a page that ``guarded`` has let in."""
    clerk: Clerk = request.clerk  # type: ignore[attr-defined] # set by guarded
    return clerk


def console_url(name: str, *args: str | int) -> str:
    """The address of one of the console's pages."""
    return reverse(f"console:{name}", args=args or None)


def guarded(view: View) -> View:
    """A page of the console: a stranger is led to the log-in and back, who may not is told so.
    No browser and no proxy keeps a copy; the theme's own content security policy holds."""

    @csp_override(POLICY)
    @wraps(view)
    def page(request: HttpRequest, *args: Any, **names: Any) -> HttpResponse:
        staff = current_clerk(request)
        if staff is None:
            response = _to_log_in(request)
        else:
            request.clerk = Clerk(staff, address_of(request), browser_of(request))  # type: ignore[attr-defined]
            request.user = staff  # whom the theme greets
            match = request.resolver_match
            name = (match.url_name if match else None) or ""
            if may_open(staff.role, name):
                response = view(request, *args, **names)
            else:
                response = _forbidden(request)
        add_never_cache_headers(response)
        return response

    return page


def for_clerks(view: ClerkView) -> View:
    """A guarded page whose view is given who works in it."""

    @guarded
    @wraps(view)
    def page(request: HttpRequest, *args: Any, **names: Any) -> HttpResponse:
        return view(request, clerk_of(request), *args, **names)

    return page


def _to_log_in(request: HttpRequest) -> HttpResponse:
    target = console_url("login")
    if request.method == "GET" and request.path != console_url("index"):
        target += "?" + urlencode({"next": request.get_full_path()})
    return SeeOther(target)


def _forbidden(request: HttpRequest) -> HttpResponse:
    page = {**site_context(request), "title": _("権限がありません")}
    return render(request, "console/forbidden.html", page, status=403)
