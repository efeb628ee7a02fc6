"""退会."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from hansatsu.flows.accounts.leaving import leave
from hansatsu.flows.charging.checkouts import cancel_unpaid
from hansatsu.flows.charging.selectors import unpaid_orders
from hansatsu.parties.identity import sessions
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.identity.networks import address_of
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.wallets.selectors import total_balance
from hansatsu.web.wallet.access import for_everyone, for_residents, go
from hansatsu.web.wallet.account_words import password_error
from hansatsu.web.wallet.show import show


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@for_residents
def account_leave(request: HttpRequest, resident: Resident) -> HttpResponse:
    """Say what is lost, ask for the password, and for a tick when there is a balance."""
    balance = total_balance(resident.issuer, resident.wallet_id)
    if request.method != "POST":
        return _form(request, resident, balance)
    shown = request.POST.get("balance", "")
    if shown != str(balance):
        return _form(request, resident, balance, has_changed=True)
    errors = {
        "agreed": ""
        if not balance or request.POST.get("agreed")
        else _("残高が使えなくなることをご確認のうえ、チェックを入れてください。"),
        "password": password_error(request, resident),
    }
    if any(errors.values()):
        return _form(request, resident, balance, errors=errors)
    if not cancel_unpaid(resident):
        return _form(request, resident, balance, is_paying=True)
    outcome = leave(resident, shown_balance=balance, address=address_of(request))
    if outcome == "balance_changed":
        balance = total_balance(resident.issuer, resident.wallet_id)
        return _form(request, resident, balance, has_changed=True)
    sessions.log_out(request, resident.issuer)
    return go("account_left", resident.issuer)


@require_safe
@for_everyone
def left(request: HttpRequest, issuer: Issuer) -> HttpResponse:
    """What stands at the end; no log-in is left to ask for."""
    return show(request, issuer, "account_left")


def _form(
    request: HttpRequest,
    resident: Resident,
    balance: int,
    *,
    errors: dict[str, str] | None = None,
    has_changed: bool = False,
    is_paying: bool = False,
) -> HttpResponse:
    return show(
        request,
        resident.issuer,
        "account_leave",
        status=422 if errors or has_changed or is_paying else 200,
        resident=resident,
        balance=balance,
        agreed=request.POST.get("agreed", "") if not has_changed else "",
        has_changed=has_changed,
        is_paying=is_paying,
        unpaid=unpaid_orders(resident),
        errors=errors or {},
        wrong=[(f"id_{name}", error) for name, error in (errors or {}).items() if error],
    )
