"""What belongs to oneself: the PIN and the password."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from hansatsu.parties.identity.known_browsers import remember
from hansatsu.parties.issuers.audit import audit
from hansatsu.parties.staff import shop_sessions
from hansatsu.parties.staff.accounts import choose_password
from hansatsu.parties.staff.checking import check_own_password
from hansatsu.parties.staff.pins import set_pin, why_no_pin
from hansatsu.parties.staff.second_factor import recovery_codes_left
from hansatsu.web.shared.addresses import shop_url
from hansatsu.web.shared.redirects import SeeOther
from hansatsu.web.shared.staff_words import why_not_own
from hansatsu.web.shop.access import Desk, for_staff
from hansatsu.web.shop.show import show


@require_safe
@for_staff
def me(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Both forms."""
    return _page(request, desk, done=request.GET.get("done", ""))


@sensitive_post_parameters("current", "pin")
@require_POST
@for_staff
def me_pin(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Set the PIN; the password proves that it is not somebody at a till left open."""
    error = _why_not_me(request, desk)
    field = "pin_current" if error else "pin"
    error = error or why_no_pin(request.POST.get("pin", ""))
    if error:
        return _page(request, desk, errors={field: error})
    set_pin(desk.staff, request.POST.get("pin", ""))
    audit(desk.actor, "pin_set", desk.staff.actor)
    return SeeOther(shop_url("me") + "?done=pin")


@sensitive_post_parameters("current", "password", "again")
@require_POST
@for_staff
def me_password(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Set a new password; every other session ends."""
    error = _why_not_me(request, desk)
    field = "password_current" if error else "password"
    new, again = request.POST.get("password", ""), request.POST.get("again", "")
    error = error or choose_password(desk.actor, desk.staff, new, again)
    if error:
        return _page(request, desk, errors={field: error})
    shop_sessions.stay_logged_in(request, desk.staff)
    response = SeeOther(shop_url("me") + "?done=password")
    remember(request, response, staff=desk.staff, terminal=desk.terminal.pk)
    return response


def _page(
    request: HttpRequest, desk: Desk, *, errors: Mapping[str, str] | None = None, done: str = ""
) -> HttpResponse:
    return show(
        request,
        desk,
        "me",
        status=422 if errors else 200,
        errors=errors or {},
        done=done,
        recovery_codes=recovery_codes_left(desk.staff),
    )


def _why_not_me(request: HttpRequest, desk: Desk) -> str:
    typed = request.POST.get("current", "")
    return why_not_own(check_own_password(desk.staff, typed, desk.address))
