"""The sandbox's own books. Nothing but the sandbox reads them."""

from django.db import models


class SandboxCheckout(models.Model):
    """A hosted page. ``account`` is the code of the issuer whose account it is on.

    ``state``: ``open`` → (``number`` given out →) ``paid``, or ``failed``, ``expired``.
    """

    reference = models.CharField(max_length=40, unique=True)
    account = models.CharField(max_length=16)
    key = models.CharField(max_length=64)
    order = models.CharField(max_length=40)
    method = models.CharField(max_length=7)
    amount = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    language = models.CharField(max_length=2)
    success_url = models.CharField(max_length=500)
    cancel_url = models.CharField(max_length=500)
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=7, default="open")
    numbers = models.JSONField(null=True, help_text="By store: payment code, confirmation number.")
    made_at = models.DateTimeField()
    numbers_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "key"], name="sandbox_checkout_key_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=["open", "number", "paid", "failed", "expired"]),
                name="sandbox_checkout_state_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.state}"


class SandboxPayment(models.Model):
    """Money that did not move. A checkout may have several: people pay twice."""

    reference = models.CharField(max_length=40, unique=True)
    checkout = models.ForeignKey(SandboxCheckout, on_delete=models.PROTECT, related_name="payments")
    amount = models.PositiveIntegerField()
    refunded = models.PositiveIntegerField(default=0)
    paid_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.reference} {self.amount}"


class SandboxRefund(models.Model):
    """A refund, once for its key."""

    reference = models.CharField(max_length=40, unique=True)
    payment = models.ForeignKey(SandboxPayment, on_delete=models.PROTECT, related_name="refunds")
    key = models.CharField(max_length=100, unique=True)
    amount = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    failed_at = models.DateTimeField(null=True, help_text="When the card's bank sent it back.")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.reference} {self.amount}"


class SandboxDispute(models.Model):
    """A chargeback of a payment: open, until the payer's bank has decided: ``won`` or ``lost``."""

    reference = models.CharField(max_length=40, unique=True)
    payment = models.ForeignKey(SandboxPayment, on_delete=models.PROTECT, related_name="disputes")
    state = models.CharField(max_length=4, default="open")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="open", ended_at=None)
                | models.Q(state__in=["won", "lost"], ended_at__isnull=False),
                name="sandbox_dispute_state_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.state}"
