"""What the law has an issuer show, in its own words, in versions."""

from django.db import models

from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.tenancy.scope import OfIssuer


class LegalKind(models.TextChoices):
    """特定商取引法に基づく表記 · 資金決済法に基づく情報提供 · プライバシーポリシー."""

    COMMERCE = "commerce"
    PAYMENT_SERVICES = "payment-services"
    PRIVACY = "privacy"


class LegalText(models.Model):
    """A version of an issuer's own words, from when it was published; never changed. No ``text``:
    the standard words hold again. ``text_en`` helps those who read English, and may be empty."""

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="legal_texts")
    kind = models.CharField(max_length=20, choices=LegalKind.choices)
    version = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    text_en = models.TextField(blank=True)
    published_at = models.DateTimeField()

    objects = OfIssuer()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "kind", "version"], name="legal_text_version_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.version} of {self.issuer_id}"
