"""The order (ご購入): a resident's purchase of a product with a purchase code."""

from django.db import models
from django.utils.translation import pgettext_lazy

from hansatsu.parties.identity.models import Resident
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.issuers.names import order_name
from hansatsu.parties.programs.models import Product, PurchaseCode
from hansatsu.parties.tenancy.scope import OfIssuer


class OrderState(models.TextChoices):
    """Where an order is. The only way from one to another is ``charging.order_machine``;
    docs/orders.md has the picture."""

    HELD = "held", "コード確認済み"
    CONFIRMED = "confirmed", "内容確認済み"
    AWAITING = "awaiting", "お支払い待ち"
    PAID = "paid", "お支払い済み"
    CHARGED = "charged", "チャージ完了"
    LAPSED = "lapsed", "期限切れ"
    CANCELLED = "cancelled", "取りやめ"
    FAILED = "failed", "お支払い不成立"
    REFUNDED = "refunded", "返金済み"
    REVERSED = "reversed", "チャージ取消"


class Method(models.TextChoices):
    """お支払い方法."""

    CARD = "card", "クレジットカード"
    KONBINI = "konbini", "コンビニ"


UNPAID = (OrderState.HELD, OrderState.CONFIRMED, OrderState.AWAITING)
"""No money has come, and none would be too late."""
CODE_HOLDING = (*UNPAID, OrderState.PAID)
"""The purchase code is held: no other order can have it."""
OPEN = CODE_HOLDING
ENDED = (
    OrderState.CHARGED,
    OrderState.LAPSED,
    OrderState.CANCELLED,
    OrderState.FAILED,
    OrderState.REFUNDED,
    OrderState.REVERSED,
)


class Order(models.Model):
    """One purchase. ``number`` stands in its address and is what the provider knows it by;
    random, so that it tells nothing, and shown to its resident only.

    ``pay_by`` is until when it waits for what it waits for; then it lapses. ``price`` is in yen.
    ``wallet_id`` and ``seq`` name the entry that issued its value, if one did: once, for the
    entry's idempotency key is made from the order too.
    """

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="orders")
    number = models.CharField(max_length=16)
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="orders")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="orders")
    purchase_code = models.ForeignKey(PurchaseCode, on_delete=models.PROTECT, related_name="orders")
    units = models.PositiveIntegerField()
    price = models.PositiveIntegerField()
    state = models.CharField(max_length=9, choices=OrderState.choices, default=OrderState.HELD)
    method = models.CharField(max_length=7, choices=Method.choices, blank=True)
    pay_by = models.DateTimeField()
    held_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    charged_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True, help_text="When it ended without being charged.")
    reminded_at = models.DateTimeField(null=True)
    wallet_id = models.BigIntegerField(null=True)
    seq = models.BigIntegerField(null=True)

    objects = OfIssuer()

    class Meta:
        verbose_name = pgettext_lazy("one", "注文")
        verbose_name_plural = pgettext_lazy("many", "注文")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "id"], name="order_issuer_id"),
            models.UniqueConstraint(fields=["number"], name="order_number_once"),
            models.UniqueConstraint(
                fields=["purchase_code"],
                condition=models.Q(state__in=["held", "confirmed", "awaiting", "paid"]),
                name="order_code_held_once",
            ),
            models.UniqueConstraint(fields=["wallet_id", "seq"], name="order_entry_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=OrderState.values), name="order_state_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["charged", "reversed"])
                | models.Q(
                    paid_at__isnull=False,
                    charged_at__isnull=False,
                    wallet_id__isnull=False,
                    seq__isnull=False,
                ),
                name="order_charged_has_entry",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["charged", "reversed"]) | models.Q(seq=None),
                name="order_entry_means_charged",
            ),
        ]
        indexes = [
            models.Index(fields=["issuer", "resident", "-id"], name="order_of_resident"),
            models.Index(fields=["issuer", "state", "-id"], name="order_by_state"),
            models.Index(
                fields=["pay_by"],
                condition=models.Q(state__in=["held", "confirmed", "awaiting"]),
                name="order_unpaid_by_deadline",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.state}"

    @property
    def actor(self) -> str:
        """The name in the ledger's requests."""
        return f"order:{self.pk}"

    @property
    def subject(self) -> str:
        """The name in records and alarms, by the number that people have."""
        return order_name(self.number)

    @property
    def is_open(self) -> bool:
        """True when it holds its purchase code."""
        return self.state in CODE_HOLDING
