"""The cookie of a browser on which staff have shown their second factor: a token for each."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from hansatsu.parties.identity.models import Staff
from hansatsu.parties.staff.second_factor import TRUSTED_FOR, is_trusted, trust_browser
from hansatsu.system.cookie_names import path_name, value_of

FORMER = "hansatsu_staff_browser"
"""Its name before December 2026, read for one release, and its name without https."""
MOST = 8
"""Staff who share a browser; the one who was there longest ago gives way."""


def is_trusted_here(request: HttpRequest, staff: Staff) -> bool:
    """True when ``staff`` has shown the second factor on this browser within 30 days."""
    return is_trusted(staff, _tokens(request))


def trust_here(
    request: HttpRequest, response: HttpResponse, staff: Staff, terminal: int | None
) -> None:
    """Not ask ``staff`` for it again on this browser for 30 days."""
    tokens = [trust_browser(staff, terminal), *_tokens(request)][:MOST]
    response.set_cookie(
        _cookie(),
        ".".join(tokens),
        max_age=int(TRUSTED_FOR.total_seconds()),
        path="/shop/",
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _cookie() -> str:
    return path_name(FORMER, is_https=settings.SESSION_COOKIE_SECURE)


def _tokens(request: HttpRequest) -> list[str]:
    held = value_of(request.COOKIES, _cookie(), FORMER)
    return [token for token in held.split(".") if token][:MOST]
