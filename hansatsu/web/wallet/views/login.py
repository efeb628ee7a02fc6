"""ログイン, its first page, and ログアウト."""

from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hansatsu.flows.accounts import login
from hansatsu.parties.identity import sessions
from hansatsu.parties.issuers.models import Issuer
from hansatsu.web.shared.redirects import SeeOther
from hansatsu.web.shared.typed import identifier
from hansatsu.web.wallet.access import for_everyone, go, who_is_here
from hansatsu.web.wallet.show import show
from hansatsu.web.wallet.way_back import way_back

OTHER = "other"
"""In the address: a resident who was at a log-in wants to begin another."""


@require_http_methods(["GET", "HEAD", "POST"])
@for_everyone
def log_in(request: HttpRequest, issuer: Issuer) -> HttpResponse:
    """Ask for ログインID. A resident who is logged in, or comes from a saved device, goes on at
    once; who has been mailed a one-time password goes back to where it is entered."""
    if request.method != "POST":
        here = who_is_here(request, issuer)
        response = (
            _begin(request, issuer)
            if here.resident is None
            else SeeOther(way_back(request, issuer))
        )
        here.keep(request, response)
        return response
    login_id = identifier(request.POST.get("login_id", "")).casefold()
    if not login_id:
        return _form(request, issuer, error=_("ログインIDを入力してください。"))
    login.start(request.session, issuer, login_id, way_back=way_back(request, issuer))
    return go("login_check", issuer)


@require_POST
@for_everyone
def log_out(request: HttpRequest, issuer: Issuer) -> HttpResponse:
    """Leave this issuer's site; the browser is not saved any more."""
    sessions.log_out(request, issuer)
    return go("login", issuer)


def _begin(request: HttpRequest, issuer: Issuer) -> HttpResponse:
    log_in = login.under_way(request.session, issuer)
    if log_in is None or OTHER in request.GET or not login.awaits_digits(log_in):
        return _form(request, issuer)
    if "next" in request.GET:
        login.lead_to(log_in, way_back(request, issuer))
    return go("login_code", issuer)


def _form(request: HttpRequest, issuer: Issuer, *, error: str = "") -> HttpResponse:
    ended = "" if error else _ended(request)
    response = show(
        request,
        issuer,
        "login",
        status=422 if error else 200,
        error=error,
        ended=ended,
        way_back=way_back(request, issuer),
    )
    add_never_cache_headers(response)
    return response


def _ended(request: HttpRequest) -> str:
    """Why the log-in starts anew, when a later page sent the browser back here."""
    return {
        "late": _("時間が過ぎたため、もう一度ログインIDから入力してください。"),
        "over": _(
            "ワンタイムパスワードを5回間違えたため、もう一度ログインIDから入力してください。"
        ),
    }.get(request.GET.get("again", ""), "")
