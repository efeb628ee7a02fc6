"""決済完了 on the till, and a payment's own page ever after."""

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from hansatsu.issuers import clock
from hansatsu.payments.sign import sign_of
from hansatsu.payments.takings import shop_payment
from hansatsu.web.shop.access import Desk, for_staff
from hansatsu.web.shop.show import show

FRESH = timedelta(minutes=10)
"""How long 決済完了 is shown: an old one is no news."""


@require_safe
@for_staff
def payment(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """A payment at this shop; with ``?paid=1``, just after it, the green screen."""
    detail = shop_payment(desk.shop, number)
    if detail is None:
        raise Http404("not this shop's")
    now = clock.now()
    is_done = "paid" in request.GET and not detail.refunds and now - detail.at < FRESH
    return show(
        request,
        desk,
        "paid" if is_done else "payment",
        payment=detail,
        sign=sign_of(desk.shop.pk, detail.at),
        now=now,
    )
