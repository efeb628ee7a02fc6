"""Files that wait to be printed."""

from django.db import models
from django.db.models import Q

from hansatsu.cards.models import Card
from hansatsu.issuers.models import Issuer
from hansatsu.issuers.scope import OfIssuer


class PrintKind(models.TextChoices):
    """What is on the paper."""

    CARDS = "cards", "カード"
    GIFTS = "gifts", "ギフトコードの手紙"
    WINNERS = "winners", "当選のお知らせ"


class PrintFile(models.Model):
    """A PDF file with codes that are worth money: encrypted while it waits, erased when it is
    downloaded. There is no second copy; whoever needs one has the codes reissued."""

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="print_files")
    kind = models.CharField(max_length=7, choices=PrintKind.choices)
    count = models.PositiveIntegerField(help_text="Cards or letters in it.")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80, help_text="Such as staff:7.")
    sealed = models.BinaryField(null=True, help_text="The file, encrypted under FIELD_KEYS.")
    downloaded_at = models.DateTimeField(null=True)
    downloaded_by = models.CharField(max_length=80, blank=True)
    card = models.ForeignKey(
        Card,
        on_delete=models.PROTECT,
        null=True,
        related_name="print_files",
        help_text="The one card in it, made for a lost one.",
    )

    objects = OfIssuer()

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="print_file_waits_or_is_erased",
                condition=Q(sealed__isnull=False, downloaded_at=None)
                | Q(sealed=None, downloaded_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
