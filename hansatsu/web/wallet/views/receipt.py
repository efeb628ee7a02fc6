"""決済完了画面, and a payment's own page ever after."""

from datetime import datetime, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from hansatsu.database.connections import ledger_connection
from hansatsu.identity.models import Resident
from hansatsu.ledger import api as ledger
from hansatsu.payments.sign import sign_of
from hansatsu.wallets.selectors import PaymentDetail, in_japan, payment_detail, total_balance
from hansatsu.web.wallet.access import for_residents
from hansatsu.web.wallet.show import show

FRESH = timedelta(minutes=10)
"""How long 決済完了画面 is shown: an old one held up at a till would be a trick."""


@require_safe
@for_residents
def receipt(request: HttpRequest, resident: Resident, number: str) -> HttpResponse:
    """A payment or refund of this wallet; with ``?paid=1``, just after it, the green screen."""
    detail = payment_detail(resident.issuer, resident.wallet_id, number)
    if detail is None:
        raise Http404("not this wallet's")
    now = ledger.now(ledger_connection())
    template = "paid" if "paid" in request.GET and _has_just_been_paid(detail, now) else "payment"
    return show(
        request,
        resident.issuer,
        template,
        row=detail.row,
        refunds=detail.refunds,
        loss=detail.loss,
        balance=total_balance(resident.issuer, resident.wallet_id),
        now=in_japan(now),
        fresh_for=round((detail.row.at + FRESH - now).total_seconds()),
        sign=sign_of(detail.row.shop_id, detail.row.at) if detail.row.shop_id else None,
    )


def _has_just_been_paid(detail: PaymentDetail, now: datetime) -> bool:
    return detail.row.kind == "payment" and not detail.refunds and now - detail.row.at < FRESH
