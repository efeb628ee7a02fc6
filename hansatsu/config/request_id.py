"""An id for each request, in every log line it causes and in its answer."""

import re
import secrets
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponseBase

HEADER = "X-Request-ID"

_acceptable = re.compile(r"[0-9A-Za-z._-]{8,64}")
_request_id: ContextVar[str] = ContextVar("request_id", default="")


def current_request_id() -> str:
    """The id of the request this thread is answering, or an empty string."""
    return _request_id.get()


class RequestIdMiddleware:
    """Takes the id a proxy has given, or makes one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request under its id."""
        given = request.headers.get(HEADER, "")
        request_id = given if _acceptable.fullmatch(given) else secrets.token_hex(8)
        token = _request_id.set(request_id)
        try:
            response = self._get_response(request)
        finally:
            _request_id.reset(token)
        response.headers[HEADER] = request_id
        return response
