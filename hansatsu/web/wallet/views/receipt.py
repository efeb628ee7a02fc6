"""決済完了画面, and a payment's own page ever after."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.payments.paid_sign import sign_of
from hansatsu.ledger import api as ledger
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.wallets.selectors import in_japan, payment_detail, total_balance
from hansatsu.web.wallet.access import for_residents
from hansatsu.web.wallet.just_paid import FRESH, has_just_paid
from hansatsu.web.wallet.show import show


@require_safe
@for_residents
def receipt(request: HttpRequest, resident: Resident, number: str) -> HttpResponse:
    """A payment or refund of this wallet; with ``?paid=1``, just after it and where it was made,
    the green screen. Everywhere else it is the receipt, which shows its own time and no sign."""
    detail = payment_detail(resident.issuer, resident.wallet_id, number)
    if detail is None:
        raise Http404("not this wallet's")
    now = ledger.now(ledger_connection())
    is_news = (
        "paid" in request.GET
        and detail.row.kind == "payment"
        and not detail.refunds
        and has_just_paid(request, number, detail.row.at, now)
    )
    return show(
        request,
        resident.issuer,
        "paid" if is_news else "payment",
        row=detail.row,
        refunds=detail.refunds,
        loss=detail.loss,
        is_payment_here=detail.is_payment_here,
        balance=total_balance(resident.issuer, resident.wallet_id),
        now=in_japan(now),
        fresh_for=round((detail.row.at + FRESH - now).total_seconds()),
        sign=sign_of(detail.row.shop_id, detail.row.at) if detail.row.shop_id else None,
    )
