"""パスキー: a manager's own, another way to show the second factor."""

from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from hansatsu.web.shared.addresses import shop_url
from hansatsu.web.shared.passkey_pages import PageView, PasskeyPages, View
from hansatsu.web.shared.staff_passkeys import own_pages
from hansatsu.web.shop.access import Desk, for_staff
from hansatsu.web.shop.show import show


def of_managers(view: PageView) -> View:
    """A page of the own passkeys of who stands at the till."""

    @for_staff
    @wraps(view)
    def page(request: HttpRequest, desk: Desk, **names: Any) -> HttpResponse:
        return view(request, _pages(request, desk), **names)

    return page


def _pages(request: HttpRequest, desk: Desk) -> PasskeyPages:
    site = {"layout": "shop/base.html", "header": "shop/header.html", "back": shop_url("me")}

    def on_site(page: str, *, status: int = 200, **context: object) -> HttpResponse:
        return show(request, desk, page, status=status, **(site | context))

    return own_pages(desk.staff, desk.actor, _url, on_site)


def _url(name: str, *args: int) -> str:
    return reverse(f"shop:{name}", args=args)
