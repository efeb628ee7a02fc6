"""A page that is not there, in the words of the site where it was looked for."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csp import csp_override

from hansatsu.parties.identity.networks import address_of
from hansatsu.parties.staff.console_sessions import current_clerk
from hansatsu.web.console.frame.access import Clerk
from hansatsu.web.console.frame.asking import show
from hansatsu.web.console.frame.csp import POLICY
from hansatsu.web.shared.requests import browser_of

CONSOLE = "/console/"
SHOP = "/shop/"


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What Django shows for ``Http404`` and for addresses that it does not know."""
    if request.path.startswith(CONSOLE):
        return _in_console(request)
    site = "404_shop.html" if request.path.startswith(SHOP) else "404.html"
    return render(request, site, status=404)


@csp_override(POLICY)
def _in_console(request: HttpRequest) -> HttpResponse:
    """With the menu, for those who are logged in."""
    staff = current_clerk(request)
    if staff is None:
        return render(request, "404_console.html", status=404)
    request.clerk = Clerk(staff, address_of(request), browser_of(request))  # type: ignore[attr-defined]
    request.user = staff
    return show(request, "missing", status=404, title=_("ページが見つかりません"))
