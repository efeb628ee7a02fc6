"""登録情報: the form behind a mailed link, 登録内容を確認, and 登録完了."""

from collections.abc import Callable
from functools import wraps
from typing import assert_never

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from hansatsu.flows.accounts import saved_devices
from hansatsu.flows.accounts.details import TYPED
from hansatsu.flows.accounts.registration import Form, LoginIdState, login_id_state, read_form
from hansatsu.flows.accounts.registration import register as make_resident
from hansatsu.parties.identity import sessions
from hansatsu.parties.identity.fields import clean_login_id
from hansatsu.parties.identity.mailed_links import find_link
from hansatsu.parties.identity.models import MailedLink, Purpose, Resident
from hansatsu.parties.identity.networks import address_of
from hansatsu.parties.identity.resident_fields import FIELD
from hansatsu.parties.issuers.models import Issuer
from hansatsu.web.shared.resident_lines import LINES
from hansatsu.web.wallet import registering
from hansatsu.web.wallet.access import View, for_everyone, for_residents, go
from hansatsu.web.wallet.filling import Filled, fill_address
from hansatsu.web.wallet.form_words import error_list, form_words, other_fields
from hansatsu.web.wallet.show import show

LinkView = Callable[[HttpRequest, MailedLink], HttpResponse]


def behind_link(view: LinkView) -> View:
    """A page behind a link that works; otherwise one that says why it does not, and what to do. No
    browser and no proxy keeps a copy."""

    @wraps(view)
    def page(request: HttpRequest, issuer: Issuer, token: str) -> HttpResponse:
        found = find_link(issuer, Purpose.REGISTER, token)
        if found.link is None or found.state != "ok":
            response = _dead_link(request, issuer, found.state)
        else:
            found.link.issuer = issuer
            response = view(request, found.link)
        add_never_cache_headers(response)
        return response

    return for_everyone(page)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@behind_link
def form(request: HttpRequest, link: MailedLink) -> HttpResponse:
    """Ask for everything; with the button beside 郵便番号, only fill in the address."""
    if request.method != "POST":
        return _form(request, link, link.data.get("typed", {}))
    typed = {name: request.POST.get(name, "") for name in TYPED}
    filled = None
    if "find_address" in request.POST:
        filled = fill_address(typed, request.POST.get("address_choice", ""))
        typed |= filled.typed
    read = read_form(link, typed, request.POST.get("password", ""))
    if filled is not None:
        return _form(request, link, typed, filled=filled)
    if read.errors:
        return _form(request, link, typed, errors=read.errors)
    return go("register_confirm", link.issuer, token=_token(request))


def _login_id_words(state: LoginIdState) -> str:
    match state:
        case "free":
            return _("「%(login_id)s」は使えます。")
        case "taken":
            return _("「%(login_id)s」はすでに使われています。別のものにしてください。")
        case "unknown":
            return _("確認できる回数を超えました。このまま次へ進むと、使えるかどうか分かります。")
        case never:
            assert_never(never)


@require_safe
@behind_link
def login_id(request: HttpRequest, link: MailedLink) -> HttpResponse:
    """Whether a login ID is free, while it is being typed."""
    cleaned = clean_login_id(request.GET.get("q", ""))
    if cleaned.error:
        return JsonResponse({"state": "wrong", "text": cleaned.error})
    state = login_id_state(link, cleaned.value)
    return JsonResponse(
        {"state": state, "text": _login_id_words(state) % {"login_id": cleaned.value}},
        status=429 if state == "unknown" else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@behind_link
def confirm(request: HttpRequest, link: MailedLink) -> HttpResponse:
    """登録内容を確認: everything once more, then register."""
    issuer = link.issuer
    typed = link.data.get("typed")
    if typed is None:
        return go("register_form", issuer, token=_token(request))
    read = read_form(link, typed, "")
    if read.errors:
        return _form(request, link, typed, errors=read.errors)
    if request.method != "POST":
        return _confirm(request, link, read)
    done = make_resident(
        link,
        read.details,
        language=get_language(),
        address=address_of(request),
    )
    if done.resident is not None:
        registering.forget(request, issuer)
        return _go_in(request, done.resident)
    if done.outcome == "taken":
        return _form(request, link, typed, errors=read_form(link, typed, "").errors)
    return _dead_link(request, issuer, done.outcome)


@require_safe
@for_residents
def done(request: HttpRequest, resident: Resident) -> HttpResponse:
    """登録完了, and the way into the wallet."""
    return show(request, resident.issuer, "register_done", resident=resident)


def _go_in(request: HttpRequest, resident: Resident) -> HttpResponse:
    """Log in, in a browser that is known from now on, and saved if that was wished."""
    device = sessions.log_in(request, resident)
    response = go("register_done", resident.issuer)
    token = saved_devices.give_token(device, is_saved=request.POST.get("stay") == "yes")
    saved_devices.set_cookie(request, response, device, token)
    return response


def _form(
    request: HttpRequest,
    link: MailedLink,
    typed: dict[str, str],
    *,
    errors: dict[str, str] | None = None,
    filled: Filled | None = None,
) -> HttpResponse:
    return show(
        request,
        link.issuer,
        "register_form",
        status=422 if errors else 200,
        link=link,
        token=_token(request),
        typed=typed,
        has_password=bool(link.data.get("password")),
        errors=errors or {},
        error_list=error_list(errors or {}),
        filled=filled,
        other_fields=other_fields(typed, errors or {}),
        **form_words(),
    )


def _confirm(request: HttpRequest, link: MailedLink, read: Form) -> HttpResponse:
    values = read.details.values
    rows = [
        (line, line.shown(values))
        for line in LINES
        if line.names[0] != "login_id" and FIELD[line.names[0]].is_asked
    ]
    return show(
        request,
        link.issuer,
        "register_confirm",
        link=link,
        token=_token(request),
        login_id=values["login_id"],
        rows=rows,
    )


def _dead_link(request: HttpRequest, issuer: Issuer, state: str) -> HttpResponse:
    status = 404 if state == "unknown" else 410
    return show(request, issuer, "register_link", status=status, state=state)


def _token(request: HttpRequest) -> str:
    match = request.resolver_match
    return "" if match is None else str(match.kwargs["token"])
