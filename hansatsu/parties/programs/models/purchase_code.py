"""The purchase code (購入コード): a lottery winner's right to buy."""

from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import pgettext_lazy

from hansatsu.parties.identity.models import Resident
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.programs.models.sale import Sale
from hansatsu.parties.tenancy.scope import OfIssuer


class CodeState(models.TextChoices):
    """``held``: an open order has it. ``used``: all its units are bought."""

    FREE = "free", "未使用"
    HELD = "held", "購入手続き中"
    USED = "used", "使用済み"
    VOID = "void", "無効"


class PurchaseCode(models.Model):
    """A right to buy ``units`` of a sale, within a window, by one resident or by its holder.

    Of the code itself stand here its keyed digest and its last four characters
    (``qr.bearer_code``). A purchase of fewer units leaves the others (``units_used``).
    ``resident`` None is anybody. ``note`` is what staff wrote beside a code that was made elsewhere
    (``foreign_codes``).
    """

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="purchase_codes")
    sale = models.ForeignKey(Sale, on_delete=models.PROTECT, related_name="codes")
    digest = models.CharField(max_length=64)
    last_four = models.CharField(max_length=4)
    units = models.PositiveIntegerField()
    units_used = models.PositiveIntegerField(default=0)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, help_text="The first moment it is not.")
    resident = models.ForeignKey(
        Resident, on_delete=models.PROTECT, related_name="purchase_codes", null=True
    )
    state = models.CharField(max_length=4, choices=CodeState.choices, default=CodeState.FREE)
    made_at = models.DateTimeField()
    batch = models.PositiveIntegerField(
        null=True, help_text="The number of the making that it came from (printouts)."
    )
    note = models.CharField(max_length=100, blank=True, db_default="")

    objects = OfIssuer()

    class Meta:
        verbose_name = pgettext_lazy("one", "購入コード")
        verbose_name_plural = pgettext_lazy("many", "購入コード")
        indexes = [
            models.Index(fields=["issuer", "batch"], name="purchase_code_batch"),
            models.Index(fields=["issuer", "state", "-id"], name="purchase_code_state"),
            models.Index(models.F("issuer"), Upper("last_four"), name="purchase_code_end"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "id"], name="purchase_code_issuer_id"),
            models.UniqueConstraint(fields=["issuer", "digest"], name="purchase_code_digest_once"),
            models.CheckConstraint(
                condition=models.Q(units__gte=1) & models.Q(units_used__lte=models.F("units")),
                name="purchase_code_units_within",
            ),
            models.CheckConstraint(
                condition=models.Q(state="void")
                | (
                    models.Q(state="used", units_used=models.F("units"))
                    | (
                        models.Q(state__in=["free", "held"])
                        & models.Q(units_used__lt=models.F("units"))
                    )
                ),
                name="purchase_code_state_fits_units",
            ),
        ]

    def __str__(self) -> str:
        return f"…{self.last_four} of {self.issuer_id}"

    @property
    def units_left(self) -> int:
        """Units (口) that can still be bought with it."""
        return self.units - self.units_used
