"""決済完了 on the till, and a payment's own page ever after; on paper as 利用控え."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from hansatsu.flows.payments.day_book import book_row
from hansatsu.flows.payments.paid_sign import sign_of
from hansatsu.flows.payments.takings import ShopPayment, shop_payment
from hansatsu.parties import clock
from hansatsu.web.shop.access import Desk, for_staff
from hansatsu.web.shop.permissions import Act
from hansatsu.web.shop.show import show

FRESH = timedelta(minutes=10)
"""How long 決済完了 is shown: an old one is no news."""


@require_safe
@for_staff
def payment(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """A payment at this shop; with ``?paid=1``, just after it, the green screen, and with
    ``?done=1`` the word that a refund was made."""
    detail = _found(desk, number)
    now = clock.now()
    is_fresh = now - detail.at < FRESH
    is_done = "paid" in request.GET and not detail.refunds and is_fresh
    page: dict[str, Any] = {"payment": detail, "sign": sign_of(desk.shop.pk, detail.at), "now": now}
    if is_done:  # shown after each payment, and it has none of what follows
        return show(request, desk, "paid", **page)
    refundable = detail.refundable
    return show(
        request,
        desk,
        "payment",
        **page,
        taken=book_row(desk.shop, number, detail.at),
        refundable=refundable,
        may_read_record=desk.might(Act.AUDIT),
        may_refund=refundable is not None and (refundable.is_today or desk.might(Act.REFUND)),
        just_refunded="done" in request.GET and detail.kind == "refund" and is_fresh,
    )


@require_safe
@for_staff
def slip(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """利用控え, to be printed."""
    return show(request, desk, "slip", payment=_found(desk, number), printed_at=clock.now())


def _found(desk: Desk, number: str) -> ShopPayment:
    detail = shop_payment(desk.shop, number)
    if detail is None:
        raise Http404("not this shop's")
    return detail
