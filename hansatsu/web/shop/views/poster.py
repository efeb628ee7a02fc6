"""店舗QRコード: the shop's own poster on the screen, for customers who scan it (guide, B)."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from hansatsu.payments.takings import takings_of_day
from hansatsu.qr.drawing import qr_svg
from hansatsu.qr.poster import poster_url
from hansatsu.shops.models import Shop
from hansatsu.web.shop.access import Desk, for_staff
from hansatsu.web.shop.show import show

ROWS_BELOW = 3


@require_safe
@for_staff
def poster(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The code, and what has just been paid at it."""
    takings = takings_of_day(desk.shop, limit=ROWS_BELOW)
    return show(request, desk, "poster", code=_code(desk.shop), takings=takings)


def _code(shop: Shop) -> SafeString:
    address = poster_url(settings.SITE_URL, shop.issuer.code, shop.code)
    return mark_safe(qr_svg(address))  # noqa: S308 - an SVG made by us, of our own address
