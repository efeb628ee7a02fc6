"""A card: a printed code that pays by being scanned."""

from django.db import models

from hansatsu.issuers.models import Issuer
from hansatsu.issuers.scope import OfIssuer


class CardState(models.TextChoices):
    """``replaced``: its value was moved to another card or into a resident's wallet."""

    ISSUED = "issued", "発行済み"
    REPLACED = "replaced", "再発行済み"


class Card(models.Model):
    """A wallet of its own under a code that only the card's holder knows: here stand its keyed
    digest and its last four characters. Whether it is frozen, the ledger's wallet says."""

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="cards")
    wallet_id = models.BigIntegerField(unique=True)
    digest = models.CharField(max_length=64)
    last_four = models.CharField(max_length=4)
    made_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=CardState.choices, default=CardState.ISSUED)

    objects = OfIssuer()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "id"], name="card_issuer_id"),
            models.UniqueConstraint(fields=["issuer", "digest"], name="card_digest_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=CardState.values), name="card_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"…{self.last_four} of {self.issuer_id}"
