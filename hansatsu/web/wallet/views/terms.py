"""利用規約 in the version that holds."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from hansatsu.flows.accounts.terms import current_terms
from hansatsu.formats.language import in_language
from hansatsu.parties.issuers.models import Issuer
from hansatsu.web.wallet import registering
from hansatsu.web.wallet.access import for_everyone
from hansatsu.web.wallet.blocks import blocks
from hansatsu.web.wallet.show import show


@require_safe
@for_everyone
def terms(request: HttpRequest, issuer: Issuer) -> HttpResponse:
    """The terms. ``?for=register`` comes from the registration: it is noted which version was
    opened, and the page leads back."""
    current = current_terms(issuer)
    is_for_registering = request.GET.get("for") == "register"
    if is_for_registering and request.method == "GET":
        registering.keep(request, issuer, terms=current.version)
    text = in_language(current.text, current.text_en)
    return show(
        request,
        issuer,
        "terms",
        terms=current,
        blocks=blocks(text),
        is_for_registering=is_for_registering,
    )
