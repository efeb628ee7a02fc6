"""The sale (販売): products that are sold together, from when until when, and how many a person."""

from django.db import models
from django.utils.translation import pgettext_lazy

from hansatsu.formats.language import in_language
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.tenancy.scope import OfIssuer


class Sale(models.Model):
    """Products of 1 to n units (口) of the same thing, sold in one window.

    A purchase code is a right to units of a sale; its holder chooses among the sale's products.
    ``units_per_person`` is the most units one resident may buy in it; None is no limit.
    """

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="sales")
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60, blank=True)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField(null=True, help_text="The first moment it is closed.")
    units_per_person = models.PositiveIntegerField(null=True)

    objects = OfIssuer()

    class Meta:
        verbose_name = pgettext_lazy("one", "販売")
        verbose_name_plural = pgettext_lazy("many", "販売")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "id"], name="sale_issuer_id"),
            models.CheckConstraint(
                condition=models.Q(closes_at=None) | models.Q(closes_at__gt=models.F("opens_at")),
                name="sale_window_forwards",
            ),
            models.CheckConstraint(
                condition=models.Q(units_per_person=None) | models.Q(units_per_person__gte=1),
                name="sale_units_per_person_some",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def local_name(self) -> str:
        """The name in the active language."""
        return in_language(self.name, self.name_en)
