"""Money that came: a payment at a provider."""

from django.db import models

from hansatsu.flows.charging.models.checkout import Checkout
from hansatsu.flows.charging.models.order import Method, Order
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.tenancy.scope import OfIssuer


class PaymentRole(models.TextChoices):
    """``order``: it pays the order. The others are money that must go back: it came after the
    order had ended, or was paid already. ``wrong_amount`` is of earlier versions: what is not the
    price is not taken at all (ADR 0120)."""

    ORDER = "order", "ご購入"
    LATE = "late", "期限後"
    DOUBLE = "double", "二重"
    WRONG_AMOUNT = "wrong_amount", "金額相違"


class ProviderPayment(models.Model):
    """A payment, known once by the provider's id of it; an order is paid by one at most.

    Amounts are yen: ``amount`` came, ``refunded`` of it went back, ``disputed`` of it is taken by
    chargebacks now.
    """

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments")
    checkout = models.ForeignKey(
        Checkout, on_delete=models.PROTECT, related_name="payments", null=True
    )
    provider = models.CharField(max_length=20)
    payment_id = models.CharField(max_length=255)
    method = models.CharField(max_length=7, choices=Method.choices)
    amount = models.PositiveIntegerField()
    refunded = models.PositiveIntegerField(default=0)
    disputed = models.PositiveIntegerField(default=0)
    role = models.CharField(max_length=12, choices=PaymentRole.choices)
    paid_at = models.DateTimeField(help_text="By the provider's clock.")
    received_at = models.DateTimeField()

    objects = OfIssuer()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "id"], name="provider_payment_issuer_id"),
            models.UniqueConstraint(
                fields=["issuer", "provider", "payment_id"], name="provider_payment_once"
            ),
            models.UniqueConstraint(
                fields=["order"],
                condition=models.Q(role="order"),
                name="provider_payment_pays_once",
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=PaymentRole.values),
                name="provider_payment_role_known",
            ),
            models.CheckConstraint(
                condition=models.Q(refunded__lte=models.F("amount")),
                name="provider_payment_refund_within",
            ),
        ]
        indexes = [
            models.Index(
                fields=["order"],
                condition=models.Q(refunded__gt=0) | models.Q(disputed__gt=0),
                name="provider_payment_away",
            )
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.payment_id} {self.role}"

    @property
    def away(self) -> int:
        """Yen that are not with us, counted once."""
        return min(self.amount, self.refunded + self.disputed)

    @property
    def left(self) -> int:
        """Yen that are with us."""
        return self.amount - self.away
