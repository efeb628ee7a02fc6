"""ログイン and ログアウト of the issuer's staff: the ID and the password, and what follows them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from hansatsu.parties.identity.known_browsers import tokens_of
from hansatsu.parties.identity.networks import address_of
from hansatsu.parties.issuers.audit import audit
from hansatsu.parties.staff import console_sessions
from hansatsu.parties.staff.checking import check_staff
from hansatsu.web.console.entrance.entering import SITE, keep_next
from hansatsu.web.console.frame.access import actor_of, console_url
from hansatsu.web.shared.redirects import SeeOther
from hansatsu.web.shared.requests import browser_of
from hansatsu.web.shared.staff_issuer import asked_issuer
from hansatsu.web.shared.staff_words import why_refused
from hansatsu.web.shared.typed import identifier


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    """Ask for ログインID and パスワード; the second factor comes next, for everybody."""
    if request.method != "POST":
        if console_sessions.current_clerk(request):
            return SeeOther(console_url("index"))
        return _form(request, to=request.GET.get("next", ""))
    login_id, to = identifier(request.POST.get("login_id", "")), request.POST.get("next", "")
    check = check_staff(
        login_id=login_id,
        password=request.POST.get("password", ""),
        address=address_of(request),
        issuer=asked_issuer(request),
        at_shop=False,
        tokens=tokens_of(request),
    )
    if check.staff is None:
        return _form(request, login_id=login_id, to=to, error=why_refused(check))
    if check.staff.shop_id is not None:
        return _form(
            request,
            login_id=login_id,
            error=_(
                "この画面は事務局の方のためのものです。加盟店の方は加盟店サイトをご利用ください。"
            ),
        )
    keep_next(request, to)
    return SITE.begin(request, check.staff, proven=False)


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """Leave the console."""
    staff = console_sessions.current_clerk(request)
    if staff is not None:
        audit(actor_of(staff, address_of(request), browser_of(request)), "log_out", staff.actor)
    console_sessions.log_out(request)
    return SeeOther(console_url("login"))


def _form(
    request: HttpRequest, *, login_id: str = "", to: str = "", error: str = ""
) -> HttpResponse:
    page = {"login_id": login_id, "next": to, "error": error, "issuer": asked_issuer(request)}
    response = render(request, "console/login.html", page, status=422 if error else 200)
    add_never_cache_headers(response)
    return response
