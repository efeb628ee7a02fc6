"""A card: a printed code that pays by being scanned."""

from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import pgettext_lazy

from hansatsu.parties.identity.models import Resident
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.tenancy.scope import OfIssuer


class CardState(models.TextChoices):
    """``replaced``: its value was moved to another card. ``taken``: into a resident's wallet."""

    ISSUED = "issued", "発行済み"
    REPLACED = "replaced", "再発行済み"
    TAKEN = "taken", "ウォレットへ移行済み"


class Card(models.Model):
    """A wallet of its own under a code that only the card's holder knows: here stand its keyed
    digest and its last four characters. Whether it is frozen, the ledger's wallet says.

    ``replaced_by`` is the card that was made for a lost one; its history begins with this one's.
    ``batch`` is the number of the order (``printouts.Making``) that it was made with, if any.
    """

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="cards")
    wallet_id = models.BigIntegerField(unique=True)
    digest = models.CharField(max_length=64)
    last_four = models.CharField(max_length=4)
    made_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=CardState.choices, default=CardState.ISSUED)
    replaced_by = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="replaces"
    )
    taken_by = models.ForeignKey(Resident, on_delete=models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True)
    batch = models.PositiveIntegerField(null=True)

    objects = OfIssuer()

    class Meta:
        verbose_name = pgettext_lazy("one", "カード")
        verbose_name_plural = pgettext_lazy("many", "カード")
        indexes = [
            models.Index(fields=["issuer", "batch", "wallet_id"], name="card_batch"),
            models.Index(fields=["issuer", "state", "-id"], name="card_by_state"),
            models.Index(models.F("issuer"), Upper("last_four"), name="card_end"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "id"], name="card_issuer_id"),
            models.UniqueConstraint(fields=["issuer", "digest"], name="card_digest_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=CardState.values), name="card_state_known"
            ),
            models.CheckConstraint(
                name="card_state_whole",
                condition=models.Q(state="issued", replaced_by=None, taken_by=None, taken_at=None)
                | models.Q(state="replaced", taken_by=None, taken_at=None)
                | models.Q(
                    state="taken",
                    replaced_by=None,
                    taken_by__isnull=False,
                    taken_at__isnull=False,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"…{self.last_four} of {self.issuer_id}"
