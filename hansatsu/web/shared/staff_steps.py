"""The steps of a staff's log-in after the password: 確認コード or a passkey, an own password, the
authenticator.

Shop site and console have the same ones; each says in a ``LogInSite`` what is its own, and gives
that to the views in its addresses.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.cache import add_never_cache_headers
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from hansatsu.parties.identity.known_browsers import tokens_of
from hansatsu.parties.identity.models import Staff
from hansatsu.parties.identity.networks import address_of
from hansatsu.parties.issuers.audit import Actor, audit
from hansatsu.parties.staff.accounts import choose_password
from hansatsu.parties.staff.login_steps import Step, next_step
from hansatsu.parties.staff.passkeys import has_passkey
from hansatsu.parties.staff.pending_log_ins import Pending, begin_log_in, pending_log_in
from hansatsu.parties.staff.second_factor import (
    begin_enrolment,
    check_code,
    confirm_enrolment,
    enrolment_uri,
)
from hansatsu.web.shared.redirects import SeeOther
from hansatsu.web.shared.staff_passkeys import asked, judged
from hansatsu.web.shared.staff_words import drawn, in_fours, why_wrong
from hansatsu.web.shared.typed import identifier

PAGES = {"code": "login_code", "password": "login_password", "enrol": "login_enrol"}
"""The page of each step, and its template."""


@dataclass(frozen=True, slots=True)
class LogInSite:
    """What a site's log-in has of its own.

    Args:
        templates: the folder of its pages.
        pending: the session's key of a log-in under way.
        url: the address of one of its pages, by name.
        actor: who somebody in the middle of a log-in is, for the audit log.
        enter: lets somebody in whose steps are done; told whether the second factor was shown.
    """

    templates: str
    pending: str
    url: Callable[[str], str]
    actor: Callable[[HttpRequest, Staff], Actor]
    enter: Callable[[HttpRequest, Staff, bool], HttpResponse]

    def begin(self, request: HttpRequest, staff: Staff, *, proven: bool) -> HttpResponse:
        """The password was right, or a step is done: on to the next one, or in."""
        begin_log_in(request, self.pending, staff, proven=proven)
        return self.go_on(request, staff, proven=proven)

    def go_on(self, request: HttpRequest, staff: Staff, *, proven: bool) -> HttpResponse:
        """To the next step of the log-in of ``staff``, or in."""
        step = next_step(staff, proven=proven)
        if step == "in":
            response = self.enter(request, staff, proven)
        else:
            response = SeeOther(self.url(PAGES[step]))
        add_never_cache_headers(response)
        return response

    def page(
        self, request: HttpRequest, template: str, *, error: str = "", **context: object
    ) -> HttpResponse:
        """One of its pages, with what is wrong."""
        page = {"error": error, **context}
        path = f"{self.templates}/{template}.html"
        return render(request, path, page, status=422 if error else 200)


StepView = Callable[Concatenate[HttpRequest, LogInSite, Pending, ...], HttpResponse]


def at_step(step: Step) -> Callable[[StepView], Callable[..., HttpResponse]]:
    """A page of a log-in under way that has come to ``step``; otherwise it leads to where it is."""

    def wrap(view: StepView) -> Callable[..., HttpResponse]:
        @wraps(view)
        def page(request: HttpRequest, site: LogInSite) -> HttpResponse:
            pending = pending_log_in(request, site.pending)
            if pending is None:
                return SeeOther(site.url("login"))
            if next_step(pending.staff, proven=pending.proven) != step:
                return site.go_on(request, pending.staff, proven=pending.proven)
            response = view(request, site, pending)
            add_never_cache_headers(response)
            return response

        return page

    return wrap


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
@at_step("code")
def code(request: HttpRequest, site: LogInSite, pending: Pending) -> HttpResponse:
    """Ask for the authenticator's code, or a recovery code."""
    error = ""
    if request.method == "POST":
        typed = identifier(request.POST.get("code", ""))
        outcome = check_code(
            pending.staff, typed, address=address_of(request), tokens=tokens_of(request)
        )
        if outcome == "ok":
            return site.begin(request, pending.staff, proven=True)
        error = why_wrong(outcome)
    return site.page(
        request,
        PAGES["code"],
        error=error,
        has_passkey=has_passkey(pending.staff),
        passkey=site.url("login_passkey"),
        passkey_answer=site.url("login_passkey_answer"),
    )


@require_POST
@at_step("code")
def passkey(request: HttpRequest, site: LogInSite, pending: Pending) -> HttpResponse:
    """Ask the browser for a passkey in place of the code."""
    return asked(request, pending.challenge, pending.staff)


@require_POST
@at_step("code")
def passkey_answer(request: HttpRequest, site: LogInSite, pending: Pending) -> HttpResponse:
    """Judge the passkey: with it the second factor is shown."""
    staff = pending.staff
    by = site.actor(request, staff)

    def go_on() -> HttpResponse:
        return site.begin(request, staff, proven=True)

    return judged(request, pending.challenge, staff, by, go_on)


@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
@at_step("password")
def password(request: HttpRequest, site: LogInSite, pending: Pending) -> HttpResponse:
    """Ask for an own password in place of the one that was handed over."""
    error = ""
    if request.method == "POST":
        error = choose_password(
            site.actor(request, pending.staff),
            pending.staff,
            request.POST.get("password", ""),
            request.POST.get("again", ""),
        )
        if not error:
            return site.begin(request, pending.staff, proven=pending.proven)
    return site.page(request, PAGES["password"], error=error)


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
@at_step("enrol")
def enrol(request: HttpRequest, site: LogInSite, pending: Pending) -> HttpResponse:
    """Show the secret to the authenticator app, and have its first code typed; then the recovery
    codes, once."""
    staff, error = pending.staff, ""
    if request.method == "POST":
        typed = identifier(request.POST.get("code", "")).replace(" ", "")
        outcome, codes = confirm_enrolment(
            staff, typed, address=address_of(request), tokens=tokens_of(request)
        )
        if outcome == "ok":
            audit(site.actor(request, staff), "second_factor_set", staff.actor)
            begin_log_in(request, site.pending, staff, proven=True)
            return site.page(request, "login_recovery", codes=codes)
        error = why_wrong(outcome)
    secret = begin_enrolment(staff)
    drawing = drawn(enrolment_uri(staff, secret))
    return site.page(request, PAGES["enrol"], error=error, secret=in_fours(secret), code=drawing)


@require_POST
def finish(request: HttpRequest, site: LogInSite) -> HttpResponse:
    """The recovery codes were kept: go on."""
    pending = pending_log_in(request, site.pending)
    if pending is None:
        return SeeOther(site.url("login"))
    return site.go_on(request, pending.staff, proven=pending.proven)


def paths(site: LogInSite) -> list[URLPattern]:
    """The addresses of a log-in's steps below ``login/``."""
    return [
        path("login/code/", code, {"site": site}, name="login_code"),
        path("login/passkey/", passkey, {"site": site}, name="login_passkey"),
        path("login/passkey/answer/", passkey_answer, {"site": site}, name="login_passkey_answer"),
        path("login/password/", password, {"site": site}, name="login_password"),
        path("login/enrol/", enrol, {"site": site}, name="login_enrol"),
        path("login/finish/", finish, {"site": site}, name="login_finish"),
    ]
