"""随時払い: a shop that asks to be paid before the next closing day."""

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from hansatsu.flows.settlement.models.closing import Statement
from hansatsu.parties.identity.models import Staff
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.shops.models import Shop
from hansatsu.parties.tenancy.scope import OfIssuer


class RequestState(models.TextChoices):
    """``closed``: it has its statement, and goes into the next run."""

    ASKED = "asked", "受付中"
    CLOSED = "closed", "締め済み"
    DECLINED = "declined", "見送り"
    WITHDRAWN = "withdrawn", "取り下げ"


class PayoutRequest(models.Model):
    """A shop's manager asked to be paid. One a shop is open at a time."""

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="payout_requests")
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="payout_requests")
    asked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=RequestState.choices, default=RequestState.ASKED)
    statement = models.OneToOneField(
        Statement, on_delete=models.PROTECT, null=True, related_name="payout_request"
    )
    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_reason = models.CharField(max_length=300, blank=True)

    objects = OfIssuer()

    class Meta:
        verbose_name = pgettext_lazy("one", "随時払いの申請")
        verbose_name_plural = pgettext_lazy("many", "随時払いの申請")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["shop"], condition=Q(state="asked"), name="payout_request_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state="asked", statement=None, decided_at=None)
                | Q(state="closed", statement__isnull=False, decided_at__isnull=False)
                | Q(state__in=["declined", "withdrawn"], statement=None, decided_at__isnull=False),
                name="payout_request_state_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"of shop {self.shop_id}, {self.state}"

    @property
    def subject(self) -> str:
        """As the audit log names it."""
        return f"payout_request:{self.pk}"
