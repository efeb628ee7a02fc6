"""What changes what a shop is paid, or when: decided by two people."""

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from hansatsu.flows.settlement.models.closing import Statement
from hansatsu.parties.identity.models import Staff
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.shops.models import Shop
from hansatsu.parties.staff.two_people import Proposed, decided_by_another
from hansatsu.parties.tenancy.scope import OfIssuer


class Hold(Proposed):
    """支払保留: what a shop is owed is not paid for now. It is not 停止: the shop goes on taking
    payments.

    It begins when a second person approves it, and ends on ``until_day`` (that day is paid again;
    None: until it is released) or at ``released_at``.
    """

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="holds")
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="holds")
    until_day = models.DateField(null=True)
    released_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)
    released_reason = models.CharField(max_length=300, blank=True)

    objects = OfIssuer()

    class Meta:
        verbose_name = pgettext_lazy("one", "支払保留")
        verbose_name_plural = pgettext_lazy("many", "支払保留")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["shop"],
                condition=Q(state="proposed") | Q(state="approved", released_at=None),
                name="hold_one_going",
            ),
            decided_by_another("hold_decided_by_another"),
        ]

    def __str__(self) -> str:
        return f"of shop {self.shop_id}, {self.state}"

    @property
    def subject(self) -> str:
        """As the audit log names it."""
        return f"hold:{self.pk}"


class AdjustmentKind(models.TextChoices):
    """Why a statement gets a line that no payment made. ``wrong_shop``: a payment was meant for
    another shop; two lines that sum to zero. ``collected``: a shop paid its debt to the issuer's
    account; ``written_off``: it will not."""

    WRONG_SHOP = "wrong_shop", "店舗の取り違え"
    GOODWILL = "goodwill", "調整"
    COLLECTED = "collected", "未収の回収"
    WRITTEN_OFF = "written_off", "未収の償却"


class Adjustment(Proposed):
    """調整: yen that statements add or take, apart from payments and refunds; never an entry of the
    ledger. ``payment_number`` is the 決済ID of the payment that is meant, if one is;
    ``received_on`` the day on which collected money came into the account."""

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="adjustments")
    kind = models.CharField(max_length=11, choices=AdjustmentKind.choices)
    payment_number = models.CharField(max_length=64, blank=True)
    received_on = models.DateField(null=True)
    key = models.CharField(max_length=64, help_text="Of the form that it was proposed with.")

    objects = OfIssuer()

    class Meta:
        verbose_name = pgettext_lazy("one", "精算の調整")
        verbose_name_plural = pgettext_lazy("many", "精算の調整")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "id"], name="adjustment_issuer_id"),
            models.UniqueConstraint(fields=["proposed_by", "key"], name="adjustment_once"),
            models.CheckConstraint(
                condition=Q(kind="collected", received_on__isnull=False)
                | Q(kind__in=["wrong_shop", "goodwill", "written_off"], received_on=None),
                name="adjustment_kind_whole",
            ),
            decided_by_another("adjustment_decided_by_another"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @property
    def subject(self) -> str:
        """As the audit log names it."""
        return f"adjustment:{self.pk}"


class AdjustmentLine(models.Model):
    """``yen`` more (or less, when negative) for a shop. The first closing of the shop after the
    approval takes it into its ``statement``; nothing else of it ever changes."""

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="+")
    adjustment = models.ForeignKey(Adjustment, on_delete=models.PROTECT, related_name="lines")
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="adjustment_lines")
    yen = models.BigIntegerField()
    statement = models.ForeignKey(
        Statement, on_delete=models.PROTECT, null=True, related_name="adjustment_lines"
    )

    objects = OfIssuer()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["adjustment", "shop"], name="adjustment_line_once_a_shop"
            ),
            models.CheckConstraint(condition=~Q(yen=0), name="adjustment_line_is_something"),
        ]
        indexes = [
            models.Index(
                fields=["issuer", "shop"],
                condition=Q(statement=None),
                name="adjustment_line_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.yen:+} for shop {self.shop_id}"
