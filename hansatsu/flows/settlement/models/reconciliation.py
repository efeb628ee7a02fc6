"""資金照合: what the scheme's bank account shows, and whether it is what there should be."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from hansatsu.parties.identity.models import Staff
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.tenancy.scope import OfIssuer


class BankLineKind(models.TextChoices):
    """What a line of the bank's statement is. ``opening`` is what the account held when the scheme
    began to use it."""

    OPENING = "opening", "はじめの残高"
    PREMIUM = "premium", "町・市からのプレミアム入金"
    PROVIDER_PAYOUT = "provider_payout", "決済代行からの入金"
    PROVIDER_FEE = "provider_fee", "決済代行の手数料"
    SHOP_PAYOUT = "shop_payout", "加盟店への振込"
    TRANSFER_FEE = "transfer_fee", "振込手数料"
    RESIDENT_TRANSFER = "resident_transfer", "返金の振込"
    RETURNED = "returned", "組戻し"
    COLLECTED = "collected", "未収の回収"
    INTEREST = "interest", "利息"
    OTHER = "other", "その他"


K = BankLineKind
COMING_IN = (K.PREMIUM, K.PROVIDER_PAYOUT, K.RETURNED, K.COLLECTED, K.INTEREST)
"""Kinds of money that comes into the account."""
GOING_OUT = (K.PROVIDER_FEE, K.SHOP_PAYOUT, K.TRANSFER_FEE, K.RESIDENT_TRANSFER)
"""Kinds of money that leaves it; the others may do either."""


class LineSource(models.TextChoices):
    """How a line came here."""

    TYPED = "typed", "入力"
    IMPORTED = "imported", "ファイル"


class BankLine(models.Model):
    """A line of the bank's statement: ``yen`` came in on a day in Japan, or left when negative.
    Never changed; a wrong one is taken back by one of the same yen turned round (``reverses``).

    Attributes:
        withheld: what a provider kept for itself of what it paid in, in yen: its fee.
        text: what the bank printed, or what it is, in words.
        key: of the form or of the file's row, under which it is kept once.
    """

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="bank_lines")
    day = models.DateField()
    kind = models.CharField(max_length=17, choices=BankLineKind.choices)
    yen = models.BigIntegerField()
    withheld = models.BigIntegerField(default=0)
    text = models.CharField(max_length=100, blank=True)
    source = models.CharField(max_length=8, choices=LineSource.choices)
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="reversed_by"
    )
    key = models.CharField(max_length=80)
    added_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    objects = OfIssuer()

    class Meta:
        verbose_name = pgettext_lazy("one", "口座の明細")
        verbose_name_plural = pgettext_lazy("many", "口座の明細")
        ordering = ["-day", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "id"], name="bank_line_issuer_id"),
            models.UniqueConstraint(fields=["issuer", "key"], name="bank_line_key_once"),
            models.CheckConstraint(
                condition=Q(kind__in=BankLineKind.values) & Q(source__in=LineSource.values),
                name="bank_line_known",
            ),
            models.CheckConstraint(
                condition=Q(reverses__isnull=False)
                | (Q(kind__in=COMING_IN) & Q(yen__gt=0))
                | (Q(kind__in=GOING_OUT) & Q(yen__lt=0))
                | Q(kind="opening")
                | (Q(kind="other") & ~Q(yen=0)),
                name="bank_line_goes_its_way",
            ),
            models.CheckConstraint(
                condition=Q(withheld=0)
                | Q(kind="provider_payout", withheld__gt=0)
                | Q(kind="provider_payout", reverses__isnull=False),
                name="bank_line_withheld_by_provider",
            ),
        ]
        indexes = [models.Index(fields=["issuer", "day"], name="bank_line_by_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.kind} {self.yen:+}"

    @property
    def subject(self) -> str:
        """As the audit log names it."""
        return f"bank_line:{self.pk}"


class ReconciliationState(models.TextChoices):
    """``prepared`` by one person, ``signed`` by another. ``dropped``: it is made anew."""

    PREPARED = "prepared", "署名待ち"
    SIGNED = "signed", "署名済み"
    DROPPED = "dropped", "取りやめ"


class Reconciliation(models.Model):
    """The month that ended on ``last_day``, as one person found it and another signed. Nothing in
    it changes but by whom it is signed or dropped.

    Attributes:
        cut_at: the first moment after ``last_day``.
        figures: what there should be, the pairs that should meet, and the closings with their
            hashes, as ``reconciliation.frozen`` has them.
        lines: what explains the difference, each with its yen and reason.
        bank: yen in the account; ``expected`` yen should be there, ``difference`` is bank less
            expected, which is the sum of ``lines``.
        hash: over all of this and the reconciliation before (``previous_hash``).
    """

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="reconciliations")
    last_day = models.DateField()
    cut_at = models.DateTimeField()
    state = models.CharField(
        max_length=8, choices=ReconciliationState.choices, default=ReconciliationState.PREPARED
    )
    figures = models.JSONField()
    lines = models.JSONField()
    bank = models.BigIntegerField()
    expected = models.BigIntegerField()
    difference = models.BigIntegerField()
    previous_hash = models.BinaryField()
    hash = models.BinaryField()
    prepared_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    prepared_name = models.CharField(max_length=100)
    prepared_at = models.DateTimeField()
    signed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    signed_name = models.CharField(max_length=100, blank=True)
    signed_at = models.DateTimeField(null=True)
    dropped_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    dropped_at = models.DateTimeField(null=True)
    dropped_reason = models.CharField(max_length=300, blank=True)

    objects = OfIssuer()

    class Meta:
        verbose_name = pgettext_lazy("one", "資金照合")
        verbose_name_plural = pgettext_lazy("many", "資金照合")
        ordering = ["-last_day", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "id"], name="reconciliation_issuer_id"),
            models.UniqueConstraint(
                fields=["issuer", "last_day"],
                condition=Q(state__in=["prepared", "signed"]),
                name="reconciliation_one_a_month",
            ),
            models.CheckConstraint(
                condition=Q(difference=F("bank") - F("expected")),
                name="reconciliation_subtracts",
            ),
            models.CheckConstraint(
                condition=Q(signed_by=None) | ~Q(signed_by=F("prepared_by")),
                name="reconciliation_signed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state="prepared", signed_by=None, signed_at=None, dropped_at=None)
                | Q(
                    state="signed",
                    signed_by__isnull=False,
                    signed_at__isnull=False,
                    dropped_at=None,
                )
                | Q(
                    state="dropped",
                    signed_by=None,
                    signed_at=None,
                    dropped_by__isnull=False,
                    dropped_at__isnull=False,
                ),
                name="reconciliation_state_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.last_day} {self.state}: {self.difference:+}"

    @property
    def subject(self) -> str:
        """As the audit log names it."""
        return f"reconciliation:{self.pk}"
