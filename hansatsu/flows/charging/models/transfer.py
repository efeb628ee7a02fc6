"""A bank transfer that is owed: money that came by konbini and goes back."""

from django.db import models
from django.utils.translation import pgettext_lazy

from hansatsu.flows.charging.models.task import Task
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.tenancy.scope import OfIssuer


class TransferState(models.TextChoices):
    """``waiting`` for a payout run, ``in_run`` since one was prepared, ``paid`` by the bank."""

    WAITING = "waiting", "振込待ち"
    IN_RUN = "in_run", "振込手続き中"
    PAID = "paid", "振込済み"


class Transfer(models.Model):
    """``yen`` to a resident's bank account, one for a task.

    ``account`` is a sealed JSON object (``seals.secrets_box``), opened by
    ``seals.bank_accounts`` only.
    """

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="transfers")
    task = models.OneToOneField(Task, on_delete=models.PROTECT, related_name="transfer")
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="transfers")
    yen = models.PositiveIntegerField()
    account = models.TextField()
    state = models.CharField(
        max_length=7, choices=TransferState.choices, default=TransferState.WAITING
    )
    made_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)

    objects = OfIssuer()

    class Meta:
        verbose_name = pgettext_lazy("one", "振込")
        verbose_name_plural = pgettext_lazy("many", "振込")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "id"], name="transfer_issuer_id"),
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "in_run"], paid_at=None)
                | models.Q(state="paid", paid_at__isnull=False),
                name="transfer_state_known",
            ),
            models.CheckConstraint(condition=models.Q(yen__gte=1), name="transfer_is_something"),
        ]

    def __str__(self) -> str:
        return f"{self.yen} {self.state}"
