"""Where a request comes from, for limits and the audit log, and what it wants."""

from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """The network address that a request comes from."""
    return str(request.META.get("REMOTE_ADDR", ""))


def browser_of(request: HttpRequest) -> str:
    """What the browser says it is."""
    return request.headers.get("User-Agent", "")


def is_script(request: HttpRequest) -> bool:
    """Whether one of our scripts asks, and wants JSON."""
    return request.headers.get("Accept") == "application/json"
