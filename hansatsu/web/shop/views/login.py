"""ログイン and ログアウト of a shop's staff: the ID and the password, and what follows them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from hansatsu.parties.identity.known_browsers import tokens_of
from hansatsu.parties.identity.models import Staff
from hansatsu.parties.identity.networks import address_of
from hansatsu.parties.issuers.audit import audit
from hansatsu.parties.staff import shop_sessions
from hansatsu.parties.staff.checking import check_staff
from hansatsu.web.shared.addresses import shop_url
from hansatsu.web.shared.redirects import SeeOther
from hansatsu.web.shared.staff_issuer import asked_issuer
from hansatsu.web.shared.staff_words import why_refused
from hansatsu.web.shared.typed import identifier
from hansatsu.web.shop.access import current_desk
from hansatsu.web.shop.entering import SITE
from hansatsu.web.shop.trusted import is_trusted_here


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    """Ask for ログインID and パスワード; then the till opens, or the next step is asked for."""
    if request.method != "POST":
        return SeeOther(shop_url("till")) if current_desk(request) else _form(request)
    login_id = identifier(request.POST.get("login_id", ""))
    check = check_staff(
        login_id=login_id,
        password=request.POST.get("password", ""),
        address=address_of(request),
        issuer=asked_issuer(request),
        at_shop=True,
        tokens=tokens_of(request),
    )
    error = why_refused(check) if check.staff is None else _why_no_till(check.staff)
    if check.staff is None or error:
        return _form(request, login_id=login_id, error=error)
    return SITE.begin(request, check.staff, proven=is_trusted_here(request, check.staff))


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """Leave the till, and end the shift. The browser stays the terminal that it is.

    Who left a terminal that others stand at too is on record, as who came is. While it is locked
    nobody stands there: who left then was recorded when they locked it, and who ends the shift is
    not known.
    """
    desk = current_desk(request)
    if desk is not None:
        audit(desk.actor, "log_out", desk.terminal.actor)
    shop_sessions.log_out(request)
    return SeeOther(shop_url("login"))


def _form(request: HttpRequest, *, login_id: str = "", error: str = "") -> HttpResponse:
    response = render(
        request,
        "shop/login.html",
        {"login_id": login_id, "error": error, "issuer": asked_issuer(request)},
        status=422 if error else 200,
    )
    add_never_cache_headers(response)
    return response


def _why_no_till(staff: Staff) -> str:
    """Why somebody who proved who they are has no till here; empty when they have."""
    if staff.shop is None:
        return _("この画面は加盟店の方のためのものです。事務局の方は管理画面をご利用ください。")
    if not staff.shop.open:
        return _("この加盟店は現在ご利用いただけません。事務局へお問い合わせください。")
    return ""
