"""Amounts that outlive the log-in: the page that asks for one is shown again with it."""

from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from hansatsu.web.shared.typed import LONGEST, read_amount


def with_amount(request: HttpRequest) -> str:
    """The address of the page that asked for the amount in this request, with the amount; empty
    when the request came from no such page."""
    match = request.resolver_match
    page = match.view_name if match and request.method == "POST" else ""
    if page == "wallet:pay":
        address = request.path
    elif page in ("shop:ring_up", "shop:ask"):
        address = reverse("shop:till")
    else:
        return ""
    yen = read_amount(request.POST.get("amount", "")[:LONGEST]).yen
    return address if yen is None else f"{address}?{urlencode({'amount': yen})}"
