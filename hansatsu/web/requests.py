"""Where a request comes from, for limits and the audit log."""

from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """The network address that a request comes from."""
    return str(request.META.get("REMOTE_ADDR", ""))


def browser_of(request: HttpRequest) -> str:
    """What the browser says it is."""
    return request.headers.get("User-Agent", "")
