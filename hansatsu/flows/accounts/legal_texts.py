"""What the law has an issuer show: the version that holds, and publishing another."""

from django.db import transaction

from hansatsu.parties import clock
from hansatsu.parties.identity.models import LegalKind, LegalText
from hansatsu.parties.issuers.models import Issuer


def current_legal_text(issuer: Issuer, kind: LegalKind) -> LegalText | None:
    """The latest version; None when the issuer has published none. Where it has no text, and where
    there is no issuer, the standard words hold."""
    return LegalText.objects.of(issuer).filter(kind=kind).order_by("-version").first()


def publish_legal_text(issuer: Issuer, kind: LegalKind, text: str, text_en: str) -> LegalText:
    """Publish a new version, written as terms are (``publish_terms``); no text brings the standard
    words back."""
    with transaction.atomic():
        Issuer.objects.select_for_update(no_key=True).get(pk=issuer.pk)
        latest = current_legal_text(issuer, kind)
        return LegalText.objects.create(
            issuer=issuer,
            kind=kind,
            version=1 if latest is None else latest.version + 1,
            text=text,
            text_en=text_en,
            published_at=clock.now(),
        )
