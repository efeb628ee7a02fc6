"""The pages that the law and a worried resident ask for."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from hansatsu.flows.accounts.legal_texts import current_legal_text
from hansatsu.formats.language import in_language
from hansatsu.parties.identity.models import LegalKind
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.programs.selectors import emoneys
from hansatsu.web.wallet.access import for_everyone
from hansatsu.web.wallet.blocks import Block, blocks
from hansatsu.web.wallet.show import show


@require_safe
@for_everyone
def privacy(request: HttpRequest, issuer: Issuer) -> HttpResponse:
    """プライバシーポリシー."""
    return show(request, issuer, "privacy", own=_own(issuer, LegalKind.PRIVACY))


@require_safe
@for_everyone
def law(request: HttpRequest, issuer: Issuer) -> HttpResponse:
    """特定商取引法に基づく表記 and 資金決済法に基づく情報提供."""
    return show(
        request,
        issuer,
        "law",
        emoneys=emoneys(issuer),
        commerce=_own(issuer, LegalKind.COMMERCE),
        payment_services=_own(issuer, LegalKind.PAYMENT_SERVICES),
    )


@require_safe
@for_everyone
def contact(request: HttpRequest, issuer: Issuer) -> HttpResponse:
    """お問い合わせ(事務局)."""
    return show(request, issuer, "contact")


@require_safe
@for_everyone
def faq(request: HttpRequest, issuer: Issuer) -> HttpResponse:
    """よくある質問."""
    return show(request, issuer, "faq")


def _own(issuer: Issuer, kind: LegalKind) -> list[Block]:
    """The issuer's own words; none where the standard ones hold."""
    own = current_legal_text(issuer, kind)
    return blocks(in_language(own.text, own.text_en)) if own and own.text else []
