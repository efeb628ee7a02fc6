"""メールアドレス登録: the first step of registering, and 登録メール sent."""

from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hansatsu.flows.accounts.registration import ask_to_register
from hansatsu.flows.accounts.terms import current_terms
from hansatsu.parties.identity.fields import clean_email
from hansatsu.parties.identity.models import Terms
from hansatsu.parties.identity.networks import address_of
from hansatsu.parties.identity.sessions import current_resident
from hansatsu.parties.issuers.models import Issuer
from hansatsu.web.shared.addresses import wallet_url
from hansatsu.web.shared.redirects import SeeOther
from hansatsu.web.shared.typed import LONGEST
from hansatsu.web.wallet import registering
from hansatsu.web.wallet.access import for_everyone, go
from hansatsu.web.wallet.show import show
from hansatsu.web.wallet.waiting import wait_sentence


@require_http_methods(["GET", "HEAD", "POST"])
@for_everyone
def register(request: HttpRequest, issuer: Issuer) -> HttpResponse:
    """Ask for the mail address twice and for the agreement; then mail a link."""
    if request.method != "POST":
        if current_resident(request, issuer) is not None:
            return go("top", issuer)
        return _form(request, issuer)
    email, again = (request.POST.get(name, "")[:LONGEST] for name in ("email", "email_again"))
    registering.keep(request, issuer, email=email, email_again=again)
    if "read" in request.POST:
        return SeeOther(wallet_url("terms", issuer) + "?for=register")
    terms = current_terms(issuer)
    errors = _errors(request, issuer, email, again, terms)
    if errors:
        return _form(request, issuer, errors=errors)
    wait = ask_to_register(
        issuer,
        clean_email(email).value,
        terms=terms,
        language=get_language(),
        address=address_of(request),
    )
    if wait:
        return _form(request, issuer, refusal=wait_sentence(wait))
    registering.keep(request, issuer, sent_to=clean_email(email).value)
    return go("register_sent", issuer)


@require_safe
@for_everyone
def sent(request: HttpRequest, issuer: Issuer) -> HttpResponse:
    """登録メールを送信しました: the same page for every address."""
    sent_to = registering.kept(request, issuer).get("sent_to")
    if not sent_to:
        return go("register", issuer)
    response = show(request, issuer, "register_sent", sent_to=sent_to)
    add_never_cache_headers(response)
    return response


def _errors(
    request: HttpRequest, issuer: Issuer, email: str, again: str, terms: Terms
) -> dict[str, str]:
    errors = {}
    first, second = clean_email(email), clean_email(again)
    if first.error:
        errors["email"] = first.error
    if not again.strip():
        errors["email_again"] = _("確認のため、メールアドレスをもう一度入力してください。")
    elif first.value.casefold() != second.value.casefold():
        errors["email_again"] = _("二つのメールアドレスが違います。もう一度ご確認ください。")
    if registering.kept(request, issuer).get("terms") != terms.version:
        errors["agreed"] = _("先に「利用規約を確認」を押して、利用規約をお読みください。")
    elif request.POST.get("agreed") != "yes":
        errors["agreed"] = _("登録するには、利用規約への同意が必要です。")
    return errors


def _form(
    request: HttpRequest,
    issuer: Issuer,
    *,
    errors: dict[str, str] | None = None,
    refusal: str = "",
) -> HttpResponse:
    kept = registering.kept(request, issuer)
    response = show(
        request,
        issuer,
        "register",
        status=429 if refusal else 422 if errors else 200,
        kept=kept,
        has_read=kept.get("terms") == current_terms(issuer).version,
        agreed=request.POST.get("agreed") == "yes",
        errors=errors or {},
        refusal=refusal,
    )
    add_never_cache_headers(response)
    return response
