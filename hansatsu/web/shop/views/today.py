"""本日の決済: every payment of today at this shop, at its tills and its poster, and their sum."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from hansatsu.flows.payments.takings import takings_of_day, takings_version
from hansatsu.web.shop.access import Desk, for_staff
from hansatsu.web.shop.show import show
from hansatsu.web.shop.views.poster import ROWS_BELOW
from hansatsu.web.shop.views.till import ROWS_BESIDE

ROWS = {"till": ROWS_BESIDE, "poster": ROWS_BELOW, "today": 200}
"""How many of today's payments each page lists."""


@require_safe
@for_staff
def today(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The list and the total; a script fills it while the page is open."""
    return show(request, desk, "today", takings=takings_of_day(desk.shop, limit=ROWS["today"]))


@require_safe
@for_staff
def today_json(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The list anew when it is not ``?version=`` any more; asked for once a second, so the answer
    that nothing has happened is cheap. ``?page=`` says which page shows it."""
    known = request.GET.get("version", "")
    version = takings_version(desk.shop)
    if known == version:
        return JsonResponse({"version": version})
    takings = takings_of_day(desk.shop, limit=ROWS.get(request.GET.get("page", ""), ROWS_BESIDE))
    html = render_to_string("shop/takings.html", {"takings": takings}, request)
    return JsonResponse({"version": takings.version, "html": html})
