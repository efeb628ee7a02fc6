"""Where money goes back to: the page of a mailed link that asks for a bank account."""

from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from hansatsu.flows.accounts.limits import count_mail
from hansatsu.flows.charging.refunds import ask_anew, take_account, task_of, waits_for_account
from hansatsu.parties.identity.mailed_links import Found, find_link
from hansatsu.parties.identity.models import Purpose
from hansatsu.parties.identity.networks import address_of
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.seals.bank_accounts import TYPES, read_account, type_words
from hansatsu.web.shared.typed import LONGEST
from hansatsu.web.wallet.access import for_everyone
from hansatsu.web.wallet.show import show
from hansatsu.web.wallet.waiting import wait_sentence

PLACES = {
    "bank": "bank",
    "branch": "branch",
    "type": "type-1",
    "number": "number",
    "holder": "holder",
}
"""The fields, in the page's order, and where a link to their error leads."""


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@for_everyone
def payback(request: HttpRequest, issuer: Issuer, token: str) -> HttpResponse:
    """Ask for the account, keep it once; a link that is over offers a new mail."""
    found = find_link(issuer, Purpose.BANK_ACCOUNT, token)
    if found.state == "ok":
        response = _ask(request, issuer, found)
    else:
        response = _over(request, issuer, found)
    add_never_cache_headers(response)
    return response


def _ask(request: HttpRequest, issuer: Issuer, found: Found) -> HttpResponse:
    task = task_of(found.link) if found.link else None
    if found.link is None or task is None:
        return _over(request, issuer, found)
    if request.method != "POST":
        return show(request, issuer, "payback", task=task, types=_types(), typed={}, errors={})
    typed = {name: request.POST.get(name, "")[:LONGEST] for name in PLACES}
    account, errors = read_account(typed)
    if account is None:
        return show(
            request,
            issuer,
            "payback",
            status=422,
            task=task,
            types=_types(),
            typed=typed,
            errors=errors,
            error_list=[(PLACES[name], errors[name]) for name in PLACES if name in errors],
        )
    if take_account(found.link, account) is None:
        return _over(request, issuer, Found("used", found.link))
    return show(request, issuer, "payback_done", task=task, account=account.masked)


def _over(request: HttpRequest, issuer: Issuer, found: Found) -> HttpResponse:
    """The link is used up, too old, or nobody's. Who had one may have a new mail."""
    resident = found.link.resident if found.link else None
    refusal, sent = "", False
    can_ask = resident is not None and waits_for_account(resident)
    if request.method == "POST" and resident is not None and can_ask and "again" in request.POST:
        address = address_of(request)
        if wait := count_mail(issuer, resident.email, address):
            refusal = wait_sentence(wait)
        else:
            ask_anew(resident)
            sent = True
    status = 404 if found.state == "unknown" else 429 if refusal else 200 if sent else 410
    return show(
        request,
        issuer,
        "payback_link",
        status=status,
        state=found.state,
        can_ask=can_ask,
        sent=sent,
        refusal=refusal,
    )


def _types() -> list[tuple[str, str]]:
    return [(kind, type_words(kind)) for kind in TYPES]
