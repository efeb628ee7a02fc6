"""What every page under the theme is given: menu, colours, names."""

from typing import Any

from django.http import HttpRequest


def site_context(request: HttpRequest) -> dict[str, Any]:
    """The theme's own context."""
    from hansatsu.web.console.site import site  # which imports the pages

    request.current_app = site.name  # as the admin does
    context: dict[str, Any] = site.each_context(request)
    return context
