"""Codes to practise with, and how often wallets were short."""

from django.db import models

from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.tenancy.scope import OfIssuer


class Play(models.TextChoices):
    """What the API plays when the code is used: what cannot be brought about for one code."""

    CODE_USED = "code_used", "code_used"
    OVER_LIMIT = "over_limit", "over_limit"
    NOT_ACCEPTED = "not_accepted", "not_accepted"
    TOO_MANY = "too_many", "too_many"
    TRY_AGAIN = "try_again", "try_again"
    LOST_ANSWER = "lost_answer", "lost_answer"


class PracticeCode(models.Model):
    """A wallet of a sandbox or demo issuer whose use has a play; never a live issuer's.

    ``played_at`` says when it was used first: ``try_again`` and ``lost_answer`` are played once,
    ``too_many`` for as long as it says to wait.
    """

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="practice_codes")
    wallet_id = models.BigIntegerField(unique=True)
    play = models.CharField(max_length=12, choices=Play.choices)
    made_at = models.DateTimeField()
    played_at = models.DateTimeField(null=True, blank=True)

    objects = OfIssuer()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(play__in=Play.values), name="practice_code_play_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.play} of {self.issuer_id}"


class Shortage(models.Model):
    """A payment at a till that was refused for want of value. Kept only while it counts.

    ``device`` (the ledger's id) and ``step`` are of a pay code; a card has neither.
    """

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="shortages")
    wallet_id = models.BigIntegerField()
    device = models.BigIntegerField(null=True)
    step = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    objects = OfIssuer()

    class Meta:
        indexes = [
            models.Index(fields=["wallet_id", "-at"], name="shortage_of_wallet"),
            models.Index(fields=["at"], name="shortage_by_time"),
        ]

    def __str__(self) -> str:
        return f"of wallet {self.wallet_id} at {self.at}"
