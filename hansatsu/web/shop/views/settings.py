"""音と文字: how this browser sounds and looks, for the shop's managers to set."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from hansatsu.parties.shops.management import configure_terminal
from hansatsu.web.shared.addresses import shop_url
from hansatsu.web.shared.redirects import SeeOther
from hansatsu.web.shop.access import Desk, for_staff
from hansatsu.web.shop.show import show


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def settings(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Of this terminal only: the tablet at the counter may be louder than the phone."""
    if request.method == "POST":
        configure_terminal(
            desk.actor,
            desk.terminal,
            sound="sound" in request.POST,
            large_type="large_type" in request.POST,
        )
        return SeeOther(shop_url("settings") + "?done=1")
    return show(request, desk, "settings", done="done" in request.GET)
