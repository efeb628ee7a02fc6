"""What the pages of a log-in have in common: the log-in under way, its end, and words."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from hansatsu.flows.accounts import login, saved_devices
from hansatsu.flows.accounts.one_time_password import Sent
from hansatsu.parties.identity.models import LogIn
from hansatsu.parties.issuers.models import Issuer
from hansatsu.web.shared.addresses import wallet_url
from hansatsu.web.shared.redirects import SeeOther
from hansatsu.web.shared.words import about_minutes
from hansatsu.web.wallet.access import View, for_everyone

UNSENT = "unsent"
"""In the address of the page of the digits: none were mailed, for there were too many."""

Step = Callable[Concatenate[HttpRequest, LogIn, ...], HttpResponse]


def at_log_in(view: Step) -> View:
    """A page of a log-in under way; without one the browser is led to its beginning."""

    @wraps(view)
    def page(request: HttpRequest, issuer: Issuer, **names: str) -> HttpResponse:
        log_in = login.under_way(request.session, issuer)
        response = start_again(issuer, "late") if log_in is None else view(request, log_in, **names)
        add_never_cache_headers(response)
        return response

    return for_everyone(page)


def after_password(view: Step) -> View:
    """A page of a log-in whose password was right; before that, the password is asked for."""

    @wraps(view)
    def page(request: HttpRequest, log_in: LogIn, **names: str) -> HttpResponse:
        if log_in.resident is None:
            return SeeOther(wallet_url("login_check", log_in.issuer))
        return view(request, log_in, **names)

    return at_log_in(page)


def start_again(issuer: Issuer, why: str) -> HttpResponse:
    """Back to ログインID; ``why`` is a word that the page there knows."""
    return SeeOther(wallet_url("login", issuer) + "?" + urlencode({"again": why}))


def arrive(request: HttpRequest, log_in: LogIn, *, by: str) -> HttpResponse:
    """The end of a log-in: to the page that was asked for."""
    logged_in = login.finish(request, log_in, by=by)
    if logged_in is None:
        return start_again(log_in.issuer, "late")
    response = SeeOther(log_in.way_back or wallet_url("top", log_in.issuer))
    saved_devices.set_cookie(request, response, logged_in.device, logged_in.token)
    return response


def to_code(log_in: LogIn, sent: Sent) -> HttpResponse:
    """On to ワンタイムパスワード; when nothing was mailed, the page there says so."""
    page = wallet_url("login_code", log_in.issuer)
    return SeeOther(f"{page}?{UNSENT}=1" if sent.outcome == "wait" else page)


def wait_words(seconds: int) -> str:
    """That there were too many wrong tries, and how long to wait."""
    return _(
        "続けて間違えたため、しばらくログインできません。約%(minutes)d分後にもう一度お試しください。"
    ) % {"minutes": about_minutes(seconds)}
