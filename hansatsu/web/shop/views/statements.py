"""精算書: statements of closings. There are none before the first closing."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from hansatsu.web.shop.access import Desk, for_staff
from hansatsu.web.shop.show import show


@require_safe
@for_staff
def statements(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The list, and what to expect of it while it is empty."""
    return show(request, desk, "statements")
