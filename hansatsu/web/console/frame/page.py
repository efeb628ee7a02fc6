"""What every page under the theme is given: menu, colours, names."""

from typing import Any

from django.contrib.admin.sites import all_sites
from django.http import HttpRequest

CONSOLE = "console"
"""The name of the console's site, and of the namespace of its addresses."""


def site_context(request: HttpRequest) -> dict[str, Any]:
    """The theme's own context.

    The site is found through Django's list of sites: it imports every page, so no page imports it.
    """
    site = next(each for each in all_sites if each.name == CONSOLE)
    request.current_app = site.name  # as the admin does
    context: dict[str, Any] = site.each_context(request)
    return context
