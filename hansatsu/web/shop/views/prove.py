"""確認コード or a passkey again: a manager who came in by PIN, or long ago, wants to do a manager's
work."""

from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from hansatsu.parties.identity.known_browsers import tokens_of
from hansatsu.parties.issuers.audit import audit
from hansatsu.parties.staff import shop_sessions
from hansatsu.parties.staff.passkeys import has_passkey
from hansatsu.parties.staff.second_factor import check_code, has_second_factor
from hansatsu.web.shared.addresses import shop_url
from hansatsu.web.shared.redirects import SeeOther
from hansatsu.web.shared.staff_passkeys import asked, judged
from hansatsu.web.shared.staff_words import why_wrong
from hansatsu.web.shared.typed import identifier
from hansatsu.web.shop.access import Desk, for_staff
from hansatsu.web.shop.show import show

SITE = "/shop/"
PURPOSE = "second_factor:prove"


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def prove(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Ask for a code of the authenticator, and go on to where they were going."""
    to = _next(request)
    if desk.proven:
        return SeeOther(to)
    if not has_second_factor(desk.staff):
        # Became a manager after logging in: the log-in sets the authenticator up.
        shop_sessions.log_out(request)
        return SeeOther(shop_url("login"))
    error = ""
    if request.method == "POST":
        outcome = check_code(
            desk.staff,
            identifier(request.POST.get("code", "")),
            address=desk.address,
            tokens=tokens_of(request),
        )
        if outcome == "ok":
            return _proven(request, desk)
        error = why_wrong(outcome)
    return show(
        request,
        desk,
        "prove",
        status=422 if error else 200,
        error=error,
        next=to,
        has_passkey=has_passkey(desk.staff),
    )


@require_POST
@for_staff
def passkey(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Ask the browser for a passkey in place of the code."""
    return asked(request, PURPOSE, desk.staff)


@require_POST
@for_staff
def passkey_answer(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Judge the passkey, and go on to where they were going."""
    return judged(request, PURPOSE, desk.staff, desk.actor, lambda: _proven(request, desk))


def _proven(request: HttpRequest, desk: Desk) -> HttpResponse:
    shop_sessions.prove(request)
    audit(desk.actor, "second_factor_shown", desk.terminal.actor)
    return SeeOther(_next(request))


def _next(request: HttpRequest) -> str:
    to = request.POST.get("next", "") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(to, allowed_hosts=None) and to.startswith(SITE)
    return to if is_ours else shop_url("menu")
