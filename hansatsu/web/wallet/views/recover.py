"""ログインID及びパスワードを忘れた方."""

from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from hansatsu.flows.accounts.recovery import mail_login_ids, mail_password_link, set_new_password
from hansatsu.parties.identity.fields import clean_email, clean_login_id, clean_password
from hansatsu.parties.identity.mailed_links import find_link
from hansatsu.parties.identity.models import MailedLink, Purpose
from hansatsu.parties.identity.networks import address_of
from hansatsu.parties.issuers.models import Issuer
from hansatsu.web.shared.typed import LONGEST
from hansatsu.web.wallet.access import for_everyone, go
from hansatsu.web.wallet.show import show
from hansatsu.web.wallet.waiting import wait_sentence


@require_safe
@for_everyone
def recover(request: HttpRequest, issuer: Issuer) -> HttpResponse:
    """What was forgotten?"""
    return show(request, issuer, "recover")


@require_http_methods(["GET", "HEAD", "POST"])
@for_everyone
def login_id(request: HttpRequest, issuer: Issuer) -> HttpResponse:
    """ログインIDを忘れた方: ask for the mail address."""
    if request.method != "POST":
        return _ask(request, issuer, "login_id")
    email = clean_email(request.POST.get("email", ""))
    if email.error:
        return _ask(request, issuer, "login_id", error=email.error)
    wait = mail_login_ids(issuer, email.value, language=get_language(), address=address_of(request))
    if wait:
        return _ask(request, issuer, "login_id", refusal=wait_sentence(wait))
    return go("recover_sent", issuer)


@require_http_methods(["GET", "HEAD", "POST"])
@for_everyone
def password(request: HttpRequest, issuer: Issuer) -> HttpResponse:
    """パスワードを忘れた方: ask for the login ID or the mail address."""
    if request.method != "POST":
        return _ask(request, issuer, "password")
    typed = request.POST.get("account", "")
    email, as_login_id = clean_email(typed), clean_login_id(typed)
    if "@" in email.value and email.error:
        return _ask(request, issuer, "password", error=email.error)
    if not as_login_id.value:
        error = _("ログインIDかメールアドレスを入力してください。")
        return _ask(request, issuer, "password", error=error)
    is_email = not email.error
    wait = mail_password_link(
        issuer,
        login_id="" if is_email else as_login_id.value,
        email=email.value if is_email else "",
        language=get_language(),
        address=address_of(request),
    )
    if wait:
        return _ask(request, issuer, "password", refusal=wait_sentence(wait))
    return go("recover_sent", issuer)


@require_safe
@for_everyone
def sent(request: HttpRequest, issuer: Issuer) -> HttpResponse:
    """メールをご確認ください: the same page whether there is an account or not."""
    return show(request, issuer, "recover_sent")


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@for_everyone
def new_password(request: HttpRequest, issuer: Issuer, token: str) -> HttpResponse:
    """新しいパスワード, behind the mailed link."""
    found = find_link(issuer, Purpose.PASSWORD, token)
    resident = found.link.resident if found.link else None
    if found.state != "ok" or found.link is None or resident is None or resident.closed_at:
        state = "used" if found.state == "ok" else found.state
        return _dead_link(request, issuer, state)
    if request.method != "POST":
        return _new_password(request, issuer, found.link)
    unlike = (resident.login_id, resident.email, resident.family_name, resident.given_name)
    cleaned = clean_password(request.POST.get("password", ""), unlike=unlike)
    if cleaned.error:
        return _new_password(request, issuer, found.link, error=cleaned.error)
    if not set_new_password(found.link, cleaned.value, address=address_of(request)):
        return _dead_link(request, issuer, "used")
    return go("recover_done", issuer)


@require_safe
@for_everyone
def done(request: HttpRequest, issuer: Issuer) -> HttpResponse:
    """新しいパスワードを設定しました."""
    return show(request, issuer, "recover_done")


def _ask(
    request: HttpRequest, issuer: Issuer, what: str, *, error: str = "", refusal: str = ""
) -> HttpResponse:
    name = "email" if what == "login_id" else "account"
    response = show(
        request,
        issuer,
        f"recover_{what}",
        status=429 if refusal else 422 if error else 200,
        typed=request.POST.get(name, "")[:LONGEST],
        error=error,
        error_list=[(name, error)] if error else [],
        refusal=refusal,
    )
    add_never_cache_headers(response)
    return response


def _new_password(
    request: HttpRequest, issuer: Issuer, link: MailedLink, *, error: str = ""
) -> HttpResponse:
    response = show(
        request,
        issuer,
        "recover_new",
        status=422 if error else 200,
        resident=link.resident,
        error=error,
        error_list=[("password", error)] if error else [],
    )
    add_never_cache_headers(response)
    return response


def _dead_link(request: HttpRequest, issuer: Issuer, state: str) -> HttpResponse:
    status = 404 if state == "unknown" else 410
    response = show(request, issuer, "recover_link", status=status, state=state)
    add_never_cache_headers(response)
    return response
