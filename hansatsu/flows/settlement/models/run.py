"""Payout runs: what one file at the bank pays, to whom, and who had a part in it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from hansatsu.flows.charging.models import Transfer
from hansatsu.flows.settlement.models.closing import Payable
from hansatsu.parties.identity.models import Staff
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.shops.models import AccountVersion
from hansatsu.parties.tenancy.scope import OfIssuer


class RunState(models.TextChoices):
    """``prepared`` by one person, ``approved`` by another, ``handed_over`` to the bank (its file
    was fetched), ``paid`` by it. ``dropped``: it was never handed over, and pays nothing."""

    PREPARED = "prepared", "承認待ち"
    APPROVED = "approved", "承認済み"
    HANDED_OVER = "handed_over", "引き渡し済み"
    PAID = "paid", "支払済み"
    DROPPED = "dropped", "取りやめ"


class PayoutRun(models.Model):
    """振込: one bank file, and its way from the desk to the bank. ``number`` stands for one file:
    what is in it never changes. Another day, amount or account is another run.

    Attributes:
        pay_on: when the bank is to pay, a bank day; it wants the file by ``hand_in_by``.
        count: of its rows; ``total`` is what the bank sends for them, in yen.
        originator: whose file it is, as ``zengin.bulk_transfer`` wants it, with line ending and
            clearing fill.
        file_name: under which it is fetched.
        file_sha256: of the file, in hexadecimal digits; ``sealed_file`` is of ``secrets_box``.
        follows: the run that this one was made for, which had missed its day.
    """

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="payout_runs")
    number = models.PositiveIntegerField()
    pay_on = models.DateField()
    hand_in_by = models.DateField()
    state = models.CharField(max_length=11, choices=RunState.choices, default=RunState.PREPARED)
    count = models.PositiveIntegerField()
    total = models.BigIntegerField()
    originator = models.JSONField()
    file_name = models.CharField(max_length=100)
    file_sha256 = models.CharField(max_length=64)
    sealed_file = models.BinaryField()
    follows = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="followed_by"
    )
    prepared_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()
    approved_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    handed_over_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    handed_over_at = models.DateTimeField(null=True)
    marked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    marked_at = models.DateTimeField(null=True)
    dropped_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    dropped_at = models.DateTimeField(null=True)
    dropped_reason = models.CharField(max_length=300, blank=True)

    objects = OfIssuer()

    class Meta:
        verbose_name = pgettext_lazy("one", "店舗への振込")
        verbose_name_plural = pgettext_lazy("many", "店舗への振込")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "id"], name="payout_run_issuer_id"),
            models.UniqueConstraint(fields=["issuer", "number"], name="payout_run_number_once"),
            models.CheckConstraint(
                condition=Q(count__gte=1, total__gte=1) & Q(hand_in_by__lte=F("pay_on")),
                name="payout_run_is_something",
            ),
            models.CheckConstraint(
                condition=Q(file_sha256__regex=r"^[0-9a-f]{64}$"), name="payout_run_hash_form"
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("prepared_by")),
                name="payout_run_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True, approved_at__isnull=True)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="payout_run_approved_whole",
            ),
            models.CheckConstraint(
                condition=Q(
                    state="prepared",
                    approved_at=None,
                    handed_over_at=None,
                    marked_at=None,
                    dropped_at=None,
                )
                | Q(
                    state="approved",
                    approved_at__isnull=False,
                    handed_over_at=None,
                    marked_at=None,
                    dropped_at=None,
                )
                | Q(
                    state="handed_over",
                    approved_at__isnull=False,
                    handed_over_by__isnull=False,
                    handed_over_at__isnull=False,
                    marked_at=None,
                    dropped_at=None,
                )
                | Q(
                    state="paid",
                    approved_at__isnull=False,
                    handed_over_by__isnull=False,
                    handed_over_at__isnull=False,
                    marked_by__isnull=False,
                    marked_at__isnull=False,
                    dropped_at=None,
                )
                | Q(
                    state="dropped",
                    handed_over_at=None,
                    marked_at=None,
                    dropped_by__isnull=False,
                    dropped_at__isnull=False,
                ),
                name="payout_run_state_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["issuer", "pay_on"],
                condition=Q(state__in=["prepared", "approved", "handed_over"]),
                name="payout_run_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} on {self.pay_on}, {self.state}"

    @property
    def subject(self) -> str:
        """As the audit log names it."""
        return f"payout_run:{self.pk}"


class RowOutcome(models.TextChoices):
    """What the bank did with a row; empty before that is known."""

    UNKNOWN = "", "—"
    PAID = "paid", "支払済み"
    FAILED = "failed", "振込不能"


class PayoutRow(models.Model):
    """One payee of a run: a shop's payable, or an order's refund. What it pays, and to which
    account, never changes.

    Attributes:
        place: in the file, from 1 on.
        account_version: of the shop, as it was in force when the run was prepared; a resident's
            account has no versions.
        account: the same sealed, of ``seals.bank_accounts``.
        payee: as the bank reads it.
        yen: what is owed; the bank sends ``net_yen``, which is ``transfer_fee`` less where the
            shop bears that.
        new_code: 1 for an account that is paid the first time, 2 for a changed one, 0 for another.
        failed_reason: in the bank's words; ``returned_on`` the day on which ``returned_yen`` of it
            were back.
        released_at: since when what it pays is free for another run: the run was dropped, or the
            money came back. Until then no other row may pay it, and never when it was paid.
    """

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="+")
    run = models.ForeignKey(PayoutRun, on_delete=models.PROTECT, related_name="rows")
    place = models.PositiveIntegerField()
    payable = models.ForeignKey(
        Payable, on_delete=models.PROTECT, null=True, related_name="payout_rows"
    )
    transfer = models.ForeignKey(
        Transfer, on_delete=models.PROTECT, null=True, related_name="payout_rows"
    )
    account_version = models.ForeignKey(
        AccountVersion, on_delete=models.PROTECT, null=True, related_name="payout_rows"
    )
    account = models.TextField()
    payee = models.CharField(max_length=30)
    yen = models.BigIntegerField()
    transfer_fee = models.PositiveIntegerField(default=0)
    net_yen = models.BigIntegerField()
    new_code = models.CharField(max_length=1)
    outcome = models.CharField(
        max_length=6, choices=RowOutcome.choices, default=RowOutcome.UNKNOWN, blank=True
    )
    failed_reason = models.CharField(max_length=300, blank=True)
    returned_on = models.DateField(null=True)
    returned_yen = models.BigIntegerField(null=True)
    returned_noted_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, related_name="+"
    )
    released_at = models.DateTimeField(null=True)

    objects = OfIssuer()

    class Meta:
        verbose_name = pgettext_lazy("one", "振込の明細")
        verbose_name_plural = pgettext_lazy("many", "振込の明細")
        ordering = ["run", "place"]
        constraints = [
            models.UniqueConstraint(fields=["run", "place"], name="payout_row_place_once"),
            models.UniqueConstraint(
                fields=["payable"],
                condition=Q(released_at=None),
                name="payout_row_one_open_a_payable",
            ),
            models.UniqueConstraint(
                fields=["transfer"],
                condition=Q(released_at=None),
                name="payout_row_one_open_a_transfer",
            ),
            models.CheckConstraint(
                condition=Q(payable__isnull=False, account_version__isnull=False, transfer=None)
                | Q(payable=None, account_version=None, transfer__isnull=False),
                name="payout_row_pays_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(net_yen__gte=1, net_yen=F("yen") - F("transfer_fee"))
                & Q(new_code__in=["0", "1", "2"]),
                name="payout_row_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", failed_reason="", returned_on=None)
                | Q(outcome="paid", failed_reason="", returned_on=None, released_at=None)
                | (Q(outcome="failed", returned_on=None, released_at=None) & ~Q(failed_reason=""))
                | (
                    Q(outcome="failed", returned_on__isnull=False, released_at__isnull=False)
                    & ~Q(failed_reason="")
                ),
                name="payout_row_outcome_whole",
            ),
            models.CheckConstraint(
                condition=Q(returned_on=None, returned_yen=None, returned_noted_by=None)
                | Q(
                    returned_on__isnull=False,
                    returned_yen__gte=1,
                    returned_yen__lte=F("net_yen"),
                    returned_noted_by__isnull=False,
                ),
                name="payout_row_returned_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["issuer", "id"],
                condition=Q(outcome="failed", returned_on=None),
                name="payout_row_to_come_back",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place} of run {self.run_id}: {self.net_yen} {self.outcome}"


class RunFetch(models.Model):
    """That somebody fetched a run's file. Never changed; the first one handed it over."""

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="+")
    run = models.ForeignKey(PayoutRun, on_delete=models.PROTECT, related_name="fetches")
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = OfIssuer()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["run", "by"], name="run_fetch_once_a_person"),
        ]

    def __str__(self) -> str:
        return f"of run {self.run_id} by {self.by_id}"
