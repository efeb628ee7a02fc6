"""A request that is too large is refused by the size it declares, before any of it is read."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

GetResponse = Callable[[HttpRequest], HttpResponse]


class BodyLimitMiddleware:
    """Stands before whatever reads a form. A body without a declared size is empty to Django."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """413, in words, or what the page answers."""
        declared = request.META.get("CONTENT_LENGTH") or "0"
        if not declared.isdecimal() or int(declared) > settings.LARGEST_BODY:
            response = render(request, "413.html", status=413)
            response.headers["Connection"] = "close"
            return response
        return self._get_response(request)
