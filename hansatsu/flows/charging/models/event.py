"""What providers have told us, each thing once."""

from django.db import models

from hansatsu.flows.charging.models.order import Order
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.tenancy.scope import OfIssuer


class Source(models.TextChoices):
    """How we heard: they told us, or we asked."""

    WEBHOOK = "webhook", "webhook"
    LOOK = "look", "look"


class ReceivedEvent(models.Model):
    """A provider's event, by its id; ``outcome`` is what ``charging.provider_events`` made of it.

    ``order`` None: it names none that we know. ``at`` is the provider's time, ``received_at``
    ours.
    """

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="+")
    provider = models.CharField(max_length=20)
    event_id = models.CharField(max_length=255)
    kind = models.CharField(max_length=20)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="events", null=True)
    reference = models.CharField(max_length=255, blank=True)
    payment_id = models.CharField(max_length=255, blank=True)
    amount = models.PositiveIntegerField(default=0)
    currency = models.CharField(max_length=3, blank=True, default="", db_default="")
    about = models.CharField(max_length=255, blank=True, help_text="The refund or dispute.")
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    source = models.CharField(max_length=7, choices=Source.choices)
    outcome = models.CharField(max_length=40, blank=True)

    objects = OfIssuer()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["issuer", "provider", "payment_id"],
                condition=~models.Q(payment_id=""),
                name="provider_event_of_payment",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "provider", "event_id"], name="provider_event_once"
            ),
            models.CheckConstraint(
                condition=models.Q(source__in=Source.values), name="provider_event_source_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.event_id} {self.kind}"
