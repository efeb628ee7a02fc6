"""メールアドレスの変更: asking for it, confirming it, stopping it."""

from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from hansatsu.flows.accounts.email_change import (
    ask_for_change,
    confirm_change,
    pending_change,
    stop_change,
)
from hansatsu.flows.charging.refunds import ask_anew
from hansatsu.parties.identity.fields import clean_email
from hansatsu.parties.identity.mailed_links import Found, find_link
from hansatsu.parties.identity.models import Purpose, Resident
from hansatsu.parties.identity.networks import address_of
from hansatsu.parties.identity.sessions import current_resident
from hansatsu.parties.issuers.models import Issuer
from hansatsu.web.shared.addresses import wallet_url
from hansatsu.web.shared.redirects import SeeOther
from hansatsu.web.wallet.access import for_everyone, for_residents
from hansatsu.web.wallet.account_words import password_error, wait_words
from hansatsu.web.wallet.show import show


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@for_residents
def account_email(request: HttpRequest, resident: Resident) -> HttpResponse:
    """Ask for the new address twice, and for the password."""
    if request.method != "POST":
        return _form(request, resident)
    typed = {name: request.POST.get(name, "") for name in ("email", "email_again")}
    email = clean_email(typed["email"])
    again = clean_email(typed["email_again"])
    errors = {"email": email.error, "email_again": "", "password": ""}
    if not email.error and email.value.casefold() == resident.email.casefold():
        errors["email"] = _("今のメールアドレスと同じです。新しいものを入力してください。")
    elif not email.error and again.value != email.value:
        errors["email_again"] = _("もう一度入力したメールアドレスが、上のものと違います。")
    errors["password"] = password_error(request, resident)
    if not any(errors.values()):
        wait = ask_for_change(resident, email.value, address=address_of(request))
        if not wait:
            return SeeOther(wallet_url("account_email", resident.issuer) + "?sent=1")
        errors["email"] = wait_words(wait)
    return _form(request, resident, typed, errors, status=422)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@for_everyone
def confirm_email(request: HttpRequest, issuer: Issuer, token: str) -> HttpResponse:
    """The page that the mail to the new address leads to.

    Opening it changes nothing, for mail programs open links too. In a browser that is not logged
    in, the password is asked for: the mail may have gone to a stranger.
    """
    found = find_link(issuer, Purpose.EMAIL_CHANGE, token)
    if found.link is None or found.state != "ok" or found.link.resident is None:
        return _over(request, issuer, found)
    owner = found.link.resident
    is_known = current_resident(request, issuer) == owner
    error = ""
    if request.method == "POST":
        error = "" if is_known else password_error(request, owner)
        if not error:
            is_changed = confirm_change(found.link, address=address_of(request))
            if is_changed and owner is not None:
                ask_anew(owner)  # money that waits for an account: links to the old address ended
            return _answer(request, issuer, "confirmed" if is_changed else "over")
    return _page(
        request,
        issuer,
        "account_email_confirm",
        status=422 if error else 200,
        email=found.link.email,
        is_known=is_known,
        error=error,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_everyone
def stop_email(request: HttpRequest, issuer: Issuer, token: str) -> HttpResponse:
    """The page that the mail to the old address leads to: stop the change, or take it back."""
    found = find_link(issuer, Purpose.EMAIL_STOP, token)
    if found.link is None or found.state != "ok":
        return _over(request, issuer, found)
    if request.method == "POST":
        done = stop_change(found.link, address=address_of(request))
        if done != "over" and found.link.resident is not None:
            ask_anew(found.link.resident)
        return _answer(request, issuer, done)
    return _page(request, issuer, "account_email_stop", email=found.link.email)


def _form(
    request: HttpRequest,
    resident: Resident,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    return show(
        request,
        resident.issuer,
        "account_email",
        status=status,
        resident=resident,
        typed=typed or {},
        errors=errors or {},
        wrong=[(f"id_{name}", error) for name, error in (errors or {}).items() if error],
        pending=pending_change(resident),
        was_sent="sent" in request.GET,
    )


def _over(request: HttpRequest, issuer: Issuer, found: Found) -> HttpResponse:
    """A link that does nothing any more, or never did."""
    return _answer(request, issuer, found.state if found.state == "used" else "over")


def _answer(request: HttpRequest, issuer: Issuer, state: str) -> HttpResponse:
    status = 410 if state in ("over", "used") else 200
    return _page(request, issuer, "account_email_answer", status=status, state=state)


def _page(
    request: HttpRequest, issuer: Issuer, template: str, *, status: int = 200, **context: object
) -> HttpResponse:
    response = show(request, issuer, template, status=status, **context)
    add_never_cache_headers(response)
    # The address holds the token, and goes to no other page. Not no-referrer: with that, browsers
    # send forms from "null", which the guard against forgery refuses.
    response.headers["Referrer-Policy"] = "strict-origin"
    return response
