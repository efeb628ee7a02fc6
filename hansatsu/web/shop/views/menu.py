"""メニュー: everything that this person may do at this till."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from hansatsu.web.shop.access import Desk, for_staff
from hansatsu.web.shop.permissions import Act
from hansatsu.web.shop.show import show


@require_safe
@for_staff
def menu(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A page of large rows; a cashier sees a cashier's."""
    return show(request, desk, "menu", is_manager=desk.might(Act.STAFF))
