"""店舗QRコード: the shop's own poster on the screen, for customers who scan it (guide, B)."""

from typing import cast, get_args

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hansatsu.flows.payments.takings import takings_of_day
from hansatsu.flows.printouts.posters import Code, Form
from hansatsu.flows.printouts.posters import poster as print_poster
from hansatsu.formats.qr.drawing import qr_svg
from hansatsu.formats.qr.poster import poster_url
from hansatsu.parties.shops.models import Shop
from hansatsu.web.shop.access import Desk, for_staff
from hansatsu.web.shop.show import show

ROWS_BELOW = 3


@require_safe
@for_staff
def poster(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The code, and what has just been paid at it."""
    takings = takings_of_day(desk.shop, limit=ROWS_BELOW)
    forms = [("a4", _("壁に貼る (A4)")), ("stand", _("卓上に置く (三角POP)"))]
    return show(request, desk, "poster", code=_code(desk.shop), takings=takings, forms=forms)


@require_safe
@for_staff
def poster_pdf(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The poster for print: ``?form=`` a4 or stand, ``&code=`` url or emv."""
    form, code = request.GET.get("form", "a4"), request.GET.get("code", "url")
    if form not in get_args(Form) or code not in get_args(Code):
        raise Http404("no such poster")
    pdf = print_poster(desk.shop, cast("Form", form), cast("Code", code))
    name = f"{desk.issuer.code}-{desk.shop.code}-{form}.pdf"
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )


def _code(shop: Shop) -> SafeString:
    address = poster_url(settings.SITE_URL, shop.issuer.code, shop.code)
    return mark_safe(qr_svg(address))  # noqa: S308 - an SVG made by us, of our own address
