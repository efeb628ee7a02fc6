"""The steps of a log-in after the password: 確認コード, an own password, the authenticator."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from hansatsu.identity import staff_sessions
from hansatsu.identity.models import Staff
from hansatsu.identity.second_factor import (
    begin_enrolment,
    check_code,
    confirm_enrolment,
    enrolment_uri,
)
from hansatsu.identity.staff_accounts import choose_password
from hansatsu.identity.staff_login import Step, next_step
from hansatsu.identity.staff_sessions import Pending
from hansatsu.issuers.audit import Actor, audit
from hansatsu.web.shop.access import actor_of, address_of, shop_url
from hansatsu.web.shop.entering import go_on
from hansatsu.web.staff_words import drawn, in_fours, why_wrong
from hansatsu.web.wallet.access import SeeOther
from hansatsu.web.wallet.typed import plain

StepView = Callable[Concatenate[HttpRequest, Pending, ...], HttpResponse]


def at_step(step: Step) -> Callable[[StepView], Callable[..., HttpResponse]]:
    """A page of a log-in under way that has come to ``step``; else it leads to where it is."""

    def wrap(view: StepView) -> Callable[..., HttpResponse]:
        @wraps(view)
        def page(request: HttpRequest) -> HttpResponse:
            pending = staff_sessions.pending_log_in(request)
            if pending is None:
                return SeeOther(shop_url("login"))
            if next_step(pending.staff, proven=pending.proven) != step:
                return go_on(request, pending.staff, proven=pending.proven)
            response = view(request, pending)
            add_never_cache_headers(response)
            return response

        return page

    return wrap


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
@at_step("code")
def code(request: HttpRequest, pending: Pending) -> HttpResponse:
    """Ask for the authenticator's code, or a recovery code."""
    error = ""
    if request.method == "POST":
        typed = plain(request.POST.get("code", ""))
        outcome = check_code(pending.staff, typed, address=address_of(request))
        if outcome == "ok":
            return _proven(request, pending.staff)
        error = why_wrong(outcome)
    return _page(request, "login_code", error=error)


@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
@at_step("password")
def password(request: HttpRequest, pending: Pending) -> HttpResponse:
    """Ask for an own password in place of the one that was handed over."""
    error = ""
    if request.method == "POST":
        error = choose_password(
            _actor(request, pending.staff),
            pending.staff,
            request.POST.get("password", ""),
            request.POST.get("again", ""),
        )
        if not error:
            staff_sessions.begin_log_in(request, pending.staff, proven=pending.proven)
            return go_on(request, pending.staff, proven=pending.proven)
    return _page(request, "login_password", error=error)


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
@at_step("enrol")
def enrol(request: HttpRequest, pending: Pending) -> HttpResponse:
    """Show the secret to the authenticator app, and have its first code typed; then the recovery
    codes, once."""
    staff, error = pending.staff, ""
    if request.method == "POST":
        typed = plain(request.POST.get("code", "")).replace(" ", "")
        outcome, codes = confirm_enrolment(staff, typed, address=address_of(request))
        if outcome == "ok":
            audit(_actor(request, staff), "second_factor_set", staff.actor)
            staff_sessions.begin_log_in(request, staff, proven=True)
            return _page(request, "login_recovery", codes=codes)
        error = why_wrong(outcome)
    secret = begin_enrolment(staff)
    uri = enrolment_uri(staff, secret)
    return _page(request, "login_enrol", error=error, secret=in_fours(secret), code=drawn(uri))


@require_POST
def finish(request: HttpRequest) -> HttpResponse:
    """The recovery codes were kept: go on to the till."""
    pending = staff_sessions.pending_log_in(request)
    if pending is None:
        return SeeOther(shop_url("login"))
    return go_on(request, pending.staff, proven=pending.proven)


def _proven(request: HttpRequest, staff: Staff) -> HttpResponse:
    staff_sessions.begin_log_in(request, staff, proven=True)
    return go_on(request, staff, proven=True)


def _actor(request: HttpRequest, staff: Staff) -> Actor:
    if staff.shop is None:
        raise ValueError("only a shop's staff log in here")
    return actor_of(staff, staff.shop, address_of(request), "")


def _page(
    request: HttpRequest, template: str, *, error: str = "", **context: object
) -> HttpResponse:
    page = {"error": error, **context}
    return render(request, f"shop/{template}.html", page, status=422 if error else 200)
