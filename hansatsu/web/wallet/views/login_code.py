"""ワンタイムパスワード: the four digits of the mail."""

from typing import assert_never

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from hansatsu.flows.accounts import login, one_time_password
from hansatsu.parties.identity.known_browsers import tokens_of
from hansatsu.parties.identity.models import LogIn
from hansatsu.parties.identity.networks import address_of
from hansatsu.parties.issuers.models import Mode
from hansatsu.web.shared.addresses import wallet_url
from hansatsu.web.shared.redirects import SeeOther
from hansatsu.web.shared.typed import identifier
from hansatsu.web.shared.words import about_minutes
from hansatsu.web.wallet.login_steps import (
    UNSENT,
    after_password,
    arrive,
    start_again,
    wait_words,
)
from hansatsu.web.wallet.show import show


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
@after_password
def code(request: HttpRequest, log_in: LogIn) -> HttpResponse:
    """Ask for the digits; when they are right, the resident is in."""
    if request.method != "POST":
        wait = one_time_password.mail_wait(log_in) if UNSENT in request.GET else 0
        return _form(request, log_in, unsent=_unsent_words(wait) if wait else "")
    typed = identifier(request.POST.get("code", "")).replace(" ", "")
    made = one_time_password.guess(log_in, typed, address_of(request), tokens=tokens_of(request))
    match made.outcome:
        case "right":
            return arrive(request, log_in, by="one_time")
        case "over":
            login.leave(request.session, log_in.issuer)
            return start_again(log_in.issuer, "over")
        case "malformed":
            error = _("4桁の数字を入力してください。")
        case "wrong":
            error = _("ワンタイムパスワードが違います。あと%(left)d回入力できます。") % {
                "left": made.left
            }
        case "late":
            error = _(
                "ワンタイムパスワードの有効期限(10分)が過ぎました。「もう一度送る」を押して、"
                "新しい数字を受け取ってください。"
            )
        case "locked":
            error = _("間違いが続いたため、ワンタイムパスワードの入力を止めています。")
        case "wait":
            error = wait_words(made.wait_seconds)
        case never:
            assert_never(never)
    return _form(request, log_in, typed=typed, error=error)


@require_POST
@after_password
def resend(request: HttpRequest, log_in: LogIn) -> HttpResponse:
    """Mail the digits again: the same ones, as long as they live."""
    sent = one_time_password.send(log_in, address_of(request), tokens=tokens_of(request))
    if sent.outcome == "wait":
        return _form(request, log_in, unsent=_unsent_words(sent.wait_seconds))
    return SeeOther(wallet_url("login_code", log_in.issuer) + "?sent=1")


def _form(
    request: HttpRequest, log_in: LogIn, *, typed: str = "", error: str = "", unsent: str = ""
) -> HttpResponse:
    resident = log_in.resident
    assert resident is not None
    return show(
        request,
        log_in.issuer,
        "login_code",
        status=422 if error or (unsent and request.method == "POST") else 200,
        email=masked(resident.email),
        is_locked=one_time_password.is_locked(resident, tokens_of(request)),
        was_sent="sent" in request.GET,
        typed=typed,
        error=error,
        unsent=unsent,
        inbox=resident.email if _has_inbox(log_in) else "",
    )


def _unsent_words(seconds: int) -> str:
    return _(
        "続けて何度も送信したため、いまは送信できません。約%(minutes)d分後にもう一度お試しください。"
    ) % {"minutes": about_minutes(seconds)}


def masked(email: str) -> str:
    """``ha****@example.jp``."""
    local, _at, domain = email.rpartition("@")
    return f"{local[:2]}****@{domain}"


def _has_inbox(log_in: LogIn) -> bool:
    """True when mails can be read here: a demo's go nowhere else."""
    return settings.HAS_DEMO_PAGES and log_in.issuer.mode == Mode.DEMO
