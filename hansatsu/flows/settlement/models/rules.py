"""How an issuer settles: its own account, days, fees."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.shops.models import Shop
from hansatsu.parties.tenancy.scope import OfIssuer

MOST_BASIS_POINTS = 2_000
"""The highest fee, in hundredths of a per cent: a fifth of the takings."""
MOST_FIXED = 10_000
"""The highest fixed fee, in yen a payment."""


class BankDayShift(models.TextChoices):
    """Where a payout day goes that is no bank day."""

    NEXT = "next", "翌営業日"
    PREVIOUS = "previous", "前営業日"


class LineEnding(models.TextChoices):
    """What a bank wants at the end of each record."""

    CRLF = "crlf", "CR+LF"
    NONE = "none", "none"


class FeeBearer(models.TextChoices):
    """Who pays the bank for a transfer."""

    ISSUER = "issuer", "発行者"
    SHOP = "shop", "加盟店"


class FeeClass(models.Model):
    """手数料区分: ``basis_points`` hundredths of a per cent of the takings, and ``fixed`` yen a
    payment. Never changed: another fee is another class, and shops move to it from a day on."""

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="fee_classes")
    name = models.CharField(max_length=40)
    basis_points = models.PositiveIntegerField(default=0)
    fixed = models.PositiveIntegerField(default=0)

    objects = OfIssuer()

    class Meta:
        verbose_name = pgettext_lazy("one", "手数料区分")
        verbose_name_plural = pgettext_lazy("many", "手数料区分")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "id"], name="fee_class_issuer_id"),
            models.UniqueConstraint(fields=["issuer", "name"], name="fee_class_name_once"),
            models.CheckConstraint(
                condition=Q(basis_points__lte=MOST_BASIS_POINTS) & Q(fixed__lte=MOST_FIXED),
                name="fee_class_within",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ShopFeeClass(models.Model):
    """That a shop is of a fee class from a day in Japan until another, that day not included (None:
    open). A shop without one pays no fee. Two never hold on the same day."""

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="+")
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="fee_classes")
    fee_class = models.ForeignKey(FeeClass, on_delete=models.PROTECT, related_name="shops")
    from_day = models.DateField()
    until_day = models.DateField(null=True)

    objects = OfIssuer()

    class Meta:
        ordering = ["shop", "from_day"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until_day=None) | Q(until_day__gt=F("from_day")),
                name="shop_fee_class_is_a_while",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shop_id}: {self.fee_class_id} from {self.from_day}"


class SettlementRules(models.Model):
    """One row an issuer, made when it is first asked for. Every closing locks it, so that an
    issuer's closings are made one after another.

    Attributes:
        begins_at: when settling began; None for an issuer from before there was any: its first
            closing holds all that was.
        hand_in_days: how many bank days before the payout day the bank wants the file.
        own_closed_days: days on which the town's bank is closed beyond what all banks close on.
        originator_code: 委託者コード; ``originator_name`` in the letters of transfers.
        own_bank: where the money leaves from, with ``own_branch``, ``own_type``, ``own_number``.
        registration_number: of qualified invoices, ``T`` and 13 digits; empty without.
        transfer_fees: what the bank takes, as ``[{"from_yen", "same_bank", "other_bank"}]``,
            ascending.
        first_payout_hold_days: for how many days after its approval a new account waits.
        on_demand: whether shops may ask for a payout in between, of ``on_demand_minimum`` yen or
            more, at the fee of ``on_demand_fee_class``.
    """

    issuer = models.OneToOneField(
        Issuer, on_delete=models.PROTECT, primary_key=True, related_name="settlement_rules"
    )
    begins_at = models.DateTimeField(null=True)
    bank_day_shift = models.CharField(
        max_length=8, choices=BankDayShift.choices, default=BankDayShift.NEXT
    )
    hand_in_days = models.PositiveSmallIntegerField(default=2)
    own_closed_days = ArrayField(models.DateField(), default=list)
    originator_code = models.CharField(max_length=10, blank=True)
    originator_name = models.CharField(max_length=40, blank=True)
    own_bank = models.CharField(max_length=4, blank=True)
    own_branch = models.CharField(max_length=3, blank=True)
    own_type = models.CharField(max_length=1, blank=True)
    own_number = models.CharField(max_length=7, blank=True)
    line_ending = models.CharField(
        max_length=4, choices=LineEnding.choices, default=LineEnding.CRLF
    )
    clearing_fill = models.CharField(max_length=4, default="0000")
    registration_number = models.CharField(max_length=14, blank=True)
    fee_bearer = models.CharField(max_length=6, choices=FeeBearer.choices, default=FeeBearer.ISSUER)
    transfer_fees = models.JSONField(default=list)
    first_payout_hold_days = models.PositiveSmallIntegerField(default=3)
    on_demand = models.BooleanField(default=False)
    on_demand_minimum = models.PositiveIntegerField(default=10_000)
    on_demand_fee_class = models.ForeignKey(
        FeeClass, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = OfIssuer()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(hand_in_days__lte=10) & Q(first_payout_hold_days__lte=30),
                name="settlement_rules_within",
            ),
            models.CheckConstraint(
                condition=Q(originator_code="") | Q(originator_code__regex=r"^[0-9]{10}$"),
                name="settlement_originator_code_form",
            ),
            models.CheckConstraint(
                condition=Q(registration_number="")
                | Q(registration_number__regex=r"^T[1-9][0-9]{12}$"),
                name="settlement_registration_number_form",
            ),
            models.CheckConstraint(
                condition=Q(bank_day_shift__in=BankDayShift.values)
                & Q(line_ending__in=LineEnding.values)
                & Q(fee_bearer__in=FeeBearer.values),
                name="settlement_rules_known",
            ),
        ]

    def __str__(self) -> str:
        return f"of issuer {self.issuer_id}"

    @property
    def has_originator(self) -> bool:
        """True when a bank file can say whose it is."""
        return bool(self.originator_code and self.originator_name and self.own_number)
