"""Who asks, as they say themselves, and what they want."""

from django.http import HttpRequest


def browser_of(request: HttpRequest) -> str:
    """What the browser says it is."""
    return request.headers.get("User-Agent", "")


def is_script(request: HttpRequest) -> bool:
    """True when one of our scripts asks, and wants JSON."""
    return request.headers.get("Accept") == "application/json"
