"""Gift codes, and the batches they are made in."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import pgettext_lazy

from hansatsu.parties.identity.models import Resident
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.programs.models import Emoney
from hansatsu.parties.tenancy.scope import OfIssuer


class Expires(models.TextChoices):
    """When taken value dies: on a day, some months after it was taken, never."""

    ON_DAY = "on_day", "日付"
    AFTER_MONTHS = "after_months", "受け取りから"
    NEVER = "never", "なし"


class GiftBatch(models.Model):
    """What all codes of a batch have in common: what they hold, how long that lives, and from
    when until when they may be taken (``takeable_until`` is the first moment of not)."""

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="gift_batches")
    name = models.CharField(max_length=60, help_text="What staff call it.")
    made_at = models.DateTimeField()
    expires = models.CharField(max_length=12, choices=Expires.choices)
    expires_on = models.DateField(null=True, help_text="The last day of the value, in Japan.")
    expires_after = models.PositiveSmallIntegerField(null=True, help_text="Months.")
    takeable_from = models.DateTimeField()
    takeable_until = models.DateTimeField(null=True)

    objects = OfIssuer()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "id"], name="gift_batch_issuer_id"),
            models.CheckConstraint(
                name="gift_batch_expiry_whole",
                condition=Q(expires="on_day", expires_on__isnull=False, expires_after=None)
                | Q(expires="after_months", expires_on=None, expires_after__gte=1)
                | Q(expires="never", expires_on=None, expires_after=None),
            ),
            models.CheckConstraint(
                name="gift_batch_window_forward",
                condition=Q(takeable_until=None) | Q(takeable_until__gt=F("takeable_from")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class GiftValue(models.Model):
    """Yen of one emoney in each code of a batch."""

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="+")
    batch = models.ForeignKey(GiftBatch, on_delete=models.PROTECT, related_name="values")
    emoney = models.ForeignKey(Emoney, on_delete=models.PROTECT, related_name="+")
    amount = models.PositiveIntegerField()

    objects = OfIssuer()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "emoney"], name="gift_value_once"),
            models.CheckConstraint(condition=Q(amount__gte=1), name="gift_value_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} of {self.emoney_id}"


class GiftState(models.TextChoices):
    """``void``: the issuer has taken it back before anybody took it."""

    READY = "ready", "未使用"
    TAKEN = "taken", "使用済み"
    VOID = "void", "無効"


class GiftCode(models.Model):
    """A code that only its holder knows: here stand its keyed digest and its last four
    characters. Its value comes into being when it is taken."""

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="gift_codes")
    batch = models.ForeignKey(GiftBatch, on_delete=models.PROTECT, related_name="codes")
    digest = models.CharField(max_length=64)
    last_four = models.CharField(max_length=4)
    state = models.CharField(max_length=5, choices=GiftState.choices, default=GiftState.READY)
    taken_by = models.ForeignKey(Resident, on_delete=models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True)
    void_at = models.DateTimeField(null=True)
    void_reason = models.CharField(max_length=200, blank=True)

    objects = OfIssuer()

    class Meta:
        verbose_name = pgettext_lazy("one", "ギフトコード")
        verbose_name_plural = pgettext_lazy("many", "ギフトコード")
        indexes = [
            models.Index(fields=["issuer", "state", "-id"], name="gift_code_state"),
            models.Index(models.F("issuer"), Upper("last_four"), name="gift_code_end"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "digest"], name="gift_code_digest_once"),
            models.CheckConstraint(
                name="gift_code_state_whole",
                condition=Q(state="ready", taken_by=None, taken_at=None, void_at=None)
                | Q(state="taken", taken_by__isnull=False, taken_at__isnull=False, void_at=None)
                | Q(state="void", taken_by=None, taken_at=None, void_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"…{self.last_four} of {self.issuer_id}"
