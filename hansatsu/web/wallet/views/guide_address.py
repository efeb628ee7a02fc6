"""The address that the printed guide gives."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from hansatsu.parties.issuers.models import Issuer
from hansatsu.web.wallet.access import for_everyone, go


@require_safe
@for_everyone
def guide_address(request: HttpRequest, issuer: Issuer) -> HttpResponse:
    """Leads to the wallet; the language it names is kept by the language middleware."""
    return go("top", issuer)
