"""Which terminal a browser is: a signed cookie that outlives sessions, one for each shop.

The terminal is the actor of the till's payments, and what wrong codes are counted for; so a
browser stays the same one through every log-in and change of shift.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from hansatsu.parties.identity.browser_words import browser_words
from hansatsu.parties.shops.models import Shop, Terminal
from hansatsu.parties.shops.terminals import find_terminal, open_terminal
from hansatsu.system.cookie_names import path_name

SALT = "hansatsu.web.shop.terminal"
KEPT_FOR = 60 * 60 * 24 * 400  # seconds: the longest that browsers keep a cookie


def terminal_of(request: HttpRequest, shop: Shop) -> Terminal | None:
    """The terminal of ``shop`` that this browser is; None before its first log-in, and when
    it was revoked."""
    held = _held(request, _cookie(shop)) or _held(request, _former_cookie(shop))
    return None if held is None else find_terminal(shop, int(held))


def remember_terminal(request: HttpRequest, response: HttpResponse, shop: Shop) -> Terminal:
    """Make this browser a terminal of ``shop`` if it is not one yet, and keep it one."""
    terminal = terminal_of(request, shop) or open_terminal(shop, _name_of(request))
    response.set_signed_cookie(
        _cookie(shop),
        str(terminal.pk),
        salt=SALT,
        max_age=KEPT_FOR,
        path="/shop/",
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return terminal


def _held(request: HttpRequest, name: str) -> str | None:
    return request.get_signed_cookie(name, default=None, salt=SALT, max_age=KEPT_FOR)


def _cookie(shop: Shop) -> str:
    return path_name(_former_cookie(shop), is_https=settings.SESSION_COOKIE_SECURE)


def _former_cookie(shop: Shop) -> str:
    """Its name before December 2026, read for one release, and its name without https."""
    return f"hansatsu_terminal_{shop.pk}"


def _name_of(request: HttpRequest) -> str:
    """What the terminal is called until a manager renames it."""
    agent = request.META.get("HTTP_USER_AGENT", "")
    return browser_words(agent) or agent
