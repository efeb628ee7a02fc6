"""The issuer's logo, under an address that names what it shows."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from hansatsu.parties.issuers.logos import find_logo
from hansatsu.parties.issuers.models import Issuer
from hansatsu.web.wallet.access import for_everyone
from hansatsu.web.wallet.views.colours import KEPT_FOR


@require_safe
@for_everyone
def logo(request: HttpRequest, issuer: Issuer, digest: str) -> HttpResponse:
    """A PNG that never changes; one that is not the present logo is not found."""
    png = find_logo(issuer, digest)
    if png is None:
        raise Http404("no such logo")
    response = HttpResponse(png, content_type="image/png")
    patch_cache_control(response, public=True, max_age=KEPT_FOR, immutable=True)
    return response
