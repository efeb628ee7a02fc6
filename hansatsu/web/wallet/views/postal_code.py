"""The addresses of a postal code, for the script of forms."""

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from hansatsu.formats.postal_codes import find_address
from hansatsu.parties.identity.fields import clean_postal_code
from hansatsu.parties.issuers.models import Issuer
from hansatsu.web.wallet.access import for_everyone


@require_safe
@for_everyone
def postal_code(request: HttpRequest, issuer: Issuer) -> HttpResponse:
    """``?q=323-0023``: a list, empty when there is no such code."""
    code = clean_postal_code(request.GET.get("q", ""))
    found = () if code.error else find_address(code.value)
    return JsonResponse({"addresses": [asdict(each) for each in found]})
