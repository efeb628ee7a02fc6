"""A checkout: one hosted payment page of an order."""

from django.db import models

from hansatsu.flows.charging.models.order import Method, Order
from hansatsu.parties.identity.models import Language
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.tenancy.scope import OfIssuer


class CheckoutState(models.TextChoices):
    """``starting``: asked for under its key, and not known to exist yet. ``closing``: the provider
    is asked to close it. ``ended``: it cannot be paid any more."""

    STARTING = "starting", "starting"
    OPEN = "open", "open"
    CLOSING = "closing", "closing"
    PAID = "paid", "paid"
    ENDED = "ended", "ended"


NOT_OVER = (CheckoutState.STARTING, CheckoutState.OPEN, CheckoutState.CLOSING)
"""It may be paid yet."""


class Checkout(models.Model):
    """An order has one that is not over at a time; another after that was cancelled.

    ``language`` is what the payer read when it was begun: the hosted page is asked for in it, and
    again the same. ``key`` is the idempotency key at the provider, ``reference`` the provider's
    own; empty while starting. ``instructions`` are those of ``psp.base.Instructions`` as JSON.
    ``looked_at`` is when the provider was last asked about it.
    """

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="checkouts")
    provider = models.CharField(max_length=20)
    method = models.CharField(max_length=7, choices=Method.choices)
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.JAPANESE)
    key = models.CharField(max_length=64, unique=True)
    reference = models.CharField(max_length=255, blank=True)
    redirect_url = models.CharField(max_length=2000, blank=True)
    state = models.CharField(
        max_length=8, choices=CheckoutState.choices, default=CheckoutState.STARTING
    )
    expires_at = models.DateTimeField()
    instructions = models.JSONField(null=True)
    made_at = models.DateTimeField()
    looked_at = models.DateTimeField(null=True)

    objects = OfIssuer()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "id"], name="checkout_issuer_id"),
            models.UniqueConstraint(
                fields=["issuer", "provider", "reference"],
                condition=~models.Q(reference=""),
                name="checkout_reference_once",
            ),
            models.UniqueConstraint(
                fields=["order"],
                condition=models.Q(state__in=["starting", "open", "closing"]),
                name="checkout_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=CheckoutState.values), name="checkout_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.state}"
