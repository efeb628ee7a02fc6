"""利用規約 in the version that holds."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from hansatsu.accounts.terms import current_terms
from hansatsu.issuers.models import Issuer
from hansatsu.web.wallet import registering
from hansatsu.web.wallet.access import for_everyone
from hansatsu.web.wallet.show import show

HEADING = "## "


@dataclass(frozen=True, slots=True)
class Block:
    """A heading or a paragraph."""

    text: str
    is_heading: bool


@require_safe
@for_everyone
def terms(request: HttpRequest, issuer: Issuer) -> HttpResponse:
    """The terms. ``?for=register`` comes from the registration: it is noted which version was
    opened, and the page leads back."""
    current = current_terms(issuer)
    is_for_registering = request.GET.get("for") == "register"
    if is_for_registering and request.method == "GET":
        registering.keep(request, issuer, terms=current.version)
    text = current.text_en if get_language() == "en" else current.text
    return show(
        request,
        issuer,
        "terms",
        terms=current,
        blocks=blocks(text),
        is_for_registering=is_for_registering,
    )


def blocks(text: str) -> list[Block]:
    """The text in its parts, as ``publish_terms`` describes them."""
    parts = (part.strip() for part in text.replace("\r\n", "\n").split("\n\n"))
    return [Block(part.removeprefix(HEADING), part.startswith(HEADING)) for part in parts if part]
