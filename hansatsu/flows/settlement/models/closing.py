"""Closings and what they say: immutable, gapless, numbered."""

from datetime import UTC, datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from hansatsu.flows.settlement.models.rules import FeeClass
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.programs.models import Emoney
from hansatsu.parties.shops.models import Shop
from hansatsu.parties.tenancy.scope import OfIssuer

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC) - timedelta(hours=9)
"""Where a shop's first range begins: midnight in Japan, before anything was paid."""


class ClosingKind(models.TextChoices):
    """``regular``: all shops, on a closing day. ``on_demand``: one shop that asked for it."""

    REGULAR = "regular", "定例"
    ON_DEMAND = "on_demand", "随時"


class Closing(models.Model):
    """締め: what all shops (or one that asked) had taken up to ``cut_at``, a midnight in Japan.
    Never changed. One without a single payment is a row, too.

    ``opening`` to ``carry`` are the sums of its statements, in yen. ``root`` is that of the tree
    over their leaves (``settlement.leaf``), ``previous_hash`` the ``hash`` of the closing before.

    Attributes:
        period_start: the first day that a regular one tells of; of one on demand as its
            statement.
        last_day: the last day in it.
        pay_on: when it is paid, a bank day; the bank wants the file by ``hand_in_by``.
        registration_number: of the issuer's qualified invoices, as it was then: a statement of
            before is none, whatever the issuer registers later.
    """

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="closings")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=9, choices=ClosingKind.choices)
    cut_at = models.DateTimeField()
    period_start = models.DateField()
    last_day = models.DateField()
    pay_on = models.DateField()
    hand_in_by = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=100)
    statement_count = models.PositiveIntegerField()
    opening = models.BigIntegerField()
    payments = models.BigIntegerField()
    payment_count = models.BigIntegerField()
    refunds = models.BigIntegerField()
    refund_count = models.BigIntegerField()
    adjustments = models.BigIntegerField()
    fee = models.BigIntegerField()
    tax = models.BigIntegerField()
    payout = models.BigIntegerField()
    carry = models.BigIntegerField()
    root = models.BinaryField()
    previous_hash = models.BinaryField()
    hash = models.BinaryField()
    registration_number = models.CharField(max_length=14, blank=True, default="", db_default="")

    objects = OfIssuer()

    class Meta:
        verbose_name = pgettext_lazy("one", "締め")
        verbose_name_plural = pgettext_lazy("many", "締め")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "id"], name="closing_issuer_id"),
            models.UniqueConstraint(fields=["issuer", "number"], name="closing_number_once"),
            models.UniqueConstraint(
                fields=["issuer", "cut_at"],
                condition=Q(kind="regular"),
                name="closing_regular_once",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=ClosingKind.values), name="closing_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    payout=F("opening")
                    + F("payments")
                    - F("refunds")
                    + F("adjustments")
                    - F("fee")
                    - F("tax")
                    - F("carry")
                ),
                name="closing_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} until {self.last_day}"

    @property
    def subject(self) -> str:
        """As the audit log names it."""
        return f"closing:{self.pk}"


class Statement(models.Model):
    """精算書: what one closing says to one shop. Never changed, but for ``told_at``.

    It is about all that the shop took at or after ``starts_at`` and before ``ends_at``. A shop's
    statements follow each other without gap or overlap; the database holds that. Amounts are yen:
    opening + payments - refunds + adjustments - fee - tax = payout + carry. A negative net is
    carried into the next one, never paid by the shop through the bank.

    Attributes:
        tax_rate: of the fee, in basis points, as it was on the closing's last day.
        account: where the shop was to be paid, masked; empty without an approved account.
        salt: random, so that nobody finds an amount by trying leaves.
        leaf: in the closing's tree.
        told_at: when mail and webhooks about it were queued.
    """

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="+")
    closing = models.ForeignKey(Closing, on_delete=models.PROTECT, related_name="statements")
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="statements")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    opening = models.BigIntegerField()
    payments = models.BigIntegerField()
    payment_count = models.PositiveIntegerField()
    refunds = models.BigIntegerField()
    refund_count = models.PositiveIntegerField()
    adjustments = models.BigIntegerField()
    fee = models.BigIntegerField()
    tax = models.BigIntegerField()
    tax_rate = models.PositiveIntegerField()
    payout = models.BigIntegerField()
    carry = models.BigIntegerField()
    account = models.CharField(max_length=60, blank=True)
    salt = models.BinaryField()
    leaf = models.BinaryField()
    told_at = models.DateTimeField(null=True)

    objects = OfIssuer()

    class Meta:
        verbose_name = pgettext_lazy("one", "精算書")
        verbose_name_plural = pgettext_lazy("many", "精算書")
        ordering = ["-ends_at", "shop"]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "id"], name="statement_issuer_id"),
            models.UniqueConstraint(fields=["closing", "shop"], name="statement_once"),
            models.UniqueConstraint(fields=["shop", "ends_at"], name="statement_end_once"),
            models.UniqueConstraint(fields=["shop", "starts_at"], name="statement_start_once"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="statement_is_a_while"
            ),
            models.CheckConstraint(
                condition=Q(payout__gte=0)
                & Q(carry__lte=0)
                & Q(opening__lte=0)
                & (Q(payout=0) | Q(carry=0))
                & Q(payments__gte=0)
                & Q(refunds__gte=0),
                name="statement_pays_or_carries",
            ),
            models.CheckConstraint(
                condition=Q(
                    payout=F("opening")
                    + F("payments")
                    - F("refunds")
                    + F("adjustments")
                    - F("fee")
                    - F("tax")
                    - F("carry")
                ),
                name="statement_adds_up",
            ),
        ]
        indexes = [
            models.Index(
                fields=["issuer", "id"], condition=Q(told_at=None), name="statement_to_tell"
            ),
            models.Index(fields=["issuer", "leaf"], name="statement_leaf"),
        ]

    def __str__(self) -> str:
        return f"of shop {self.shop_id} until {self.ends_at}"

    @property
    def subject(self) -> str:
        """As the audit log names it."""
        return f"statement:{self.pk}"

    @property
    def number(self) -> str:
        """As it is printed, ``0012-S0001``."""
        return f"{self.closing.number:04}-{self.shop.code}"

    @property
    def net(self) -> int:
        """What the shop is owed, or owes when negative, in yen."""
        return self.payout + self.carry


class LineKind(models.TextChoices):
    """What a line of a statement adds up."""

    PAYMENT = "payment", "決済"
    REFUND = "refund", "返金"
    ADJUSTMENT = "adjustment", "調整"
    FEE = "fee", "手数料"
    ON_DEMAND = "on_demand", "随時払いの手数料"


class StatementLine(models.Model):
    """A line of a statement. Never changed. Payments and refunds have a line an emoney, ``amount``
    positive in yen; adjustments one each, signed, with the id of their ``AdjustmentLine`` in
    ``about``; fees one a fee class, of ``base`` yen and ``count`` payments (negative: given
    back)."""

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="+")
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="lines")
    kind = models.CharField(max_length=10, choices=LineKind.choices)
    emoney = models.ForeignKey(Emoney, on_delete=models.PROTECT, null=True, related_name="+")
    fee_class = models.ForeignKey(FeeClass, on_delete=models.PROTECT, null=True, related_name="+")
    about = models.BigIntegerField(null=True)
    count = models.IntegerField(default=0)
    base = models.BigIntegerField(default=0)
    amount = models.BigIntegerField()

    objects = OfIssuer()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["payment", "refund"], fee_class=None, about=None)
                & Q(emoney__isnull=False, amount__gte=0)
                | Q(kind="adjustment", emoney=None, fee_class=None, about__isnull=False)
                | Q(kind__in=["fee", "on_demand"], emoney=None, about=None)
                & Q(fee_class__isnull=False),
                name="statement_line_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"


class PayableState(models.TextChoices):
    """``waiting`` for a run, ``in_run`` since one was prepared, ``paid`` by the bank."""

    WAITING = "waiting", "支払待ち"
    IN_RUN = "in_run", "振込手続き中"
    PAID = "paid", "支払済み"


class Payable(models.Model):
    """支払予定: ``yen`` that a shop is owed by a statement. The only thing that a run pays to
    shops; it is paid whole, and once."""

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="payables")
    statement = models.OneToOneField(Statement, on_delete=models.PROTECT, related_name="payable")
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="payables")
    yen = models.BigIntegerField()
    due_on = models.DateField()
    state = models.CharField(
        max_length=7, choices=PayableState.choices, default=PayableState.WAITING
    )
    paid_at = models.DateTimeField(null=True)

    objects = OfIssuer()

    class Meta:
        verbose_name = pgettext_lazy("one", "支払予定")
        verbose_name_plural = pgettext_lazy("many", "支払予定")
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "id"], name="payable_issuer_id"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "in_run"], paid_at=None)
                | Q(state="paid", paid_at__isnull=False),
                name="payable_state_known",
            ),
            models.CheckConstraint(condition=Q(yen__gte=1), name="payable_is_something"),
        ]
        indexes = [
            models.Index(
                fields=["issuer", "due_on"],
                condition=Q(state__in=["waiting", "in_run"]),
                name="payable_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.yen} {self.state}"

    @property
    def subject(self) -> str:
        """As the audit log names it."""
        return f"payable:{self.pk}"
