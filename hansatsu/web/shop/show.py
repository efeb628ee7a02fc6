"""Rendering a page of the shop site."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hansatsu.web.shop.access import Desk


def show(
    request: HttpRequest, desk: Desk, template: str, *, status: int = 200, **context: object
) -> HttpResponse:
    """The page ``shop/TEMPLATE.html`` at ``desk``."""
    page = {
        "issuer": desk.issuer,
        "shop": desk.shop,
        "staff": desk.staff,
        "desk": desk,
        "terminal": desk.terminal,
        **context,
    }
    return render(request, f"shop/{template}.html", page, status=status)
