"""What an operator must see to: money that is not where it belongs."""

from django.db import models
from django.utils.translation import pgettext_lazy

from hansatsu.flows.charging.models.order import Order
from hansatsu.flows.charging.models.payment import ProviderPayment
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.tenancy.scope import OfIssuer


class TaskKind(models.TextChoices):
    """``late``, ``double``, ``wrong_amount``: the payment goes back to the payer. ``uncharged``:
    the order is paid and the wallet could not take the value. ``refund``: the order was taken
    back, and its payment goes back. ``refund_failed``: a refund came back to us, and is owed by
    another way. ``chargeback``: the payer's bank took the money back; the dispute is under way.
    ``dispute_lost``: it will not come back; somebody takes note. ``shortfall``: a part of the price
    of a charged order is away, by refunds and disputes together, and its value is all there.

    ``wrong_amount`` is of earlier versions: what is not the price is an alarm now (ADR 0120)."""

    LATE = "late", "期限後の入金"
    DOUBLE = "double", "二重の入金"
    WRONG_AMOUNT = "wrong_amount", "金額の異なる入金"
    UNCHARGED = "uncharged", "入金済み・未チャージ"
    REFUND = "refund", "取消による返金"
    REFUND_FAILED = "refund_failed", "返金の不成立"
    CHARGEBACK = "chargeback", "チャージバック"
    DISPUTE_LOST = "dispute_lost", "チャージバック確定"
    SHORTFALL = "shortfall", "代金の不足"


AWAY = (TaskKind.CHARGEBACK, TaskKind.DISPUTE_LOST, TaskKind.SHORTFALL)
"""The money is away; the others are about money that is with us."""
TO_NOTE = (TaskKind.DISPUTE_LOST, TaskKind.SHORTFALL)
"""These end when somebody takes note, or when the money is back."""
OWED = tuple(kind for kind in TaskKind if kind not in AWAY)


class TaskState(models.TextChoices):
    """``giving``: the provider is being asked to refund, again and again until it has answered.
    ``asked``: the payer has been mailed a link for bank details. ``ready``: these are there,
    and a transfer is to be made."""

    OPEN = "open", "未対応"
    GIVING = "giving", "返金処理中"
    ASKED = "asked", "口座確認中"
    READY = "ready", "振込待ち"
    DONE = "done", "完了"


LEAVING = (TaskState.GIVING, TaskState.ASKED, TaskState.READY)
"""The money is on its way back: it must not be charged any more."""


class Task(models.Model):
    """``yen`` of a payment that somebody must see to. One of a kind for a payment; nothing that
    came is silently kept."""

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="tasks")
    kind = models.CharField(max_length=13, choices=TaskKind.choices)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="tasks")
    payment = models.ForeignKey(ProviderPayment, on_delete=models.PROTECT, related_name="tasks")
    yen = models.PositiveIntegerField()
    state = models.CharField(max_length=6, choices=TaskState.choices, default=TaskState.OPEN)
    reason = models.CharField(max_length=40, blank=True, help_text="Of uncharged: the refusal.")
    made_at = models.DateTimeField()
    refund = models.CharField(
        max_length=255, blank=True, help_text="The provider's id of the refund it has taken up."
    )
    tried_at = models.DateTimeField(null=True, help_text="When the provider was last asked.")
    done_at = models.DateTimeField(null=True)

    objects = OfIssuer()

    class Meta:
        verbose_name = pgettext_lazy("one", "対応")
        verbose_name_plural = pgettext_lazy("many", "対応")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "id"], name="task_issuer_id"),
            models.UniqueConstraint(fields=["payment", "kind"], name="task_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=TaskState.values) & models.Q(kind__in=TaskKind.values),
                name="task_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state} {self.yen}"
