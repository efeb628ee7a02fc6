"""An issuer's colours as a style sheet: the security policy admits no inline style."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from hansatsu.parties.issuers.models import Issuer
from hansatsu.web.shared.colours import shades
from hansatsu.web.wallet.access import for_everyone

KEPT_FOR = 60 * 60 * 24 * 365  # seconds; the pages' links name the colours


@require_safe
@for_everyone
def colours(request: HttpRequest, issuer: Issuer) -> HttpResponse:
    """The issuer's indigo and vermilion, each readable in all its uses."""
    response = render(
        request,
        "wallet/colours.css",
        {"primary": shades(issuer.colour_primary), "accent": shades(issuer.colour_accent)},
        content_type="text/css; charset=utf-8",
    )
    patch_cache_control(response, public=True, max_age=KEPT_FOR, immutable=True)
    return response
