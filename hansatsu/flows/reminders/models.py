"""Who was reminded of what, and how far a day's round has come."""

from django.db import models
from django.db.models import Q

from hansatsu.parties.identity.models import Resident
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.tenancy.scope import OfIssuer


class Reminder(models.Model):
    """That a resident was told, ``stage`` days before or later, of the value in their wallet that
    dies on ``last_day``. Written with the mail, never changed: it is what lets nobody be told
    twice."""

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="+", db_index=False)
    resident = models.ForeignKey(
        Resident, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    wallet_id = models.BigIntegerField()
    last_day = models.DateField(help_text="In Japan; the value can be spent on it.")
    stage = models.PositiveSmallIntegerField(help_text="30, 7 or 1.")
    amount = models.BigIntegerField(help_text="Yen that they were told of.")
    told_at = models.DateTimeField()

    objects = OfIssuer()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["wallet_id", "last_day", "stage"], name="reminder_once"
            ),
            models.CheckConstraint(condition=Q(stage__in=[1, 7, 30]), name="reminder_stage"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="reminder_of_something"),
        ]

    def __str__(self) -> str:
        return f"{self.wallet_id} {self.last_day} {self.stage}"


class Round(models.Model):
    """The reminders of one day in Japan, of all issuers: after which place in the order of expiry
    it goes on (none: it has just begun), and when it was through."""

    day = models.DateField(primary_key=True)
    expires_at = models.DateTimeField(null=True)
    wallet_id = models.BigIntegerField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at=None, wallet_id=None)
                | Q(expires_at__isnull=False, wallet_id__isnull=False),
                name="round_place_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}"
