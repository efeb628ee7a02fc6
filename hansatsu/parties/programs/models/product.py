"""The product (商品): a price, and the amounts of emoney that are got for it."""

from django.db import models
from django.utils.translation import pgettext_lazy

from hansatsu.formats.language import in_language
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.programs.models.emoney import Emoney
from hansatsu.parties.programs.models.sale import Sale
from hansatsu.parties.tenancy.scope import OfIssuer


class ExpiryRule(models.TextChoices):
    """Until when value that is bought can be spent (``programs.expiry``)."""

    FIXED = "fixed", "期日"
    MONTHS = "months", "購入からの月数"
    NONE = "none", "なし"


class Product(models.Model):
    """``units`` (口) of a sale for ``price`` yen. What it is called, costs and holds is never
    changed, for orders point here: another price is another product.

    ``expires_on`` is the last day of a fixed expiry, ``months`` the length of the other kind.
    ``withdrawn_at`` is when staff took it back because it was wrong: nobody buys it from then on,
    and another of as many units may stand in its place.
    """

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="products")
    sale = models.ForeignKey(Sale, on_delete=models.PROTECT, related_name="products")
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60, blank=True)
    units = models.PositiveIntegerField()
    price = models.PositiveIntegerField()
    expiry_rule = models.CharField(max_length=6, choices=ExpiryRule.choices)
    expires_on = models.DateField(null=True)
    months = models.PositiveIntegerField(null=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = OfIssuer()

    class Meta:
        verbose_name = pgettext_lazy("one", "商品")
        verbose_name_plural = pgettext_lazy("many", "商品")
        ordering = ["sale", "units"]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "id"], name="product_issuer_id"),
            models.UniqueConstraint(
                fields=["sale", "units"],
                condition=models.Q(withdrawn_at=None),
                name="product_units_once",
            ),
            models.CheckConstraint(
                condition=models.Q(units__gte=1) & models.Q(price__gte=1),
                name="product_is_something",
            ),
            models.CheckConstraint(
                condition=models.Q(expiry_rule="fixed", expires_on__isnull=False, months=None)
                | models.Q(expiry_rule="months", expires_on=None, months__gte=1)
                | models.Q(expiry_rule="none", expires_on=None, months=None),
                name="product_expiry_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def local_name(self) -> str:
        """The name in the active language."""
        return in_language(self.name, self.name_en)


class ProductPart(models.Model):
    """``amount`` yen of one emoney that a product gives, for all of its units. Rows are never
    changed: the database refuses it."""

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="parts")
    emoney = models.ForeignKey(Emoney, on_delete=models.PROTECT, related_name="+")
    amount = models.PositiveIntegerField()

    objects = OfIssuer()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["product", "emoney"], name="product_part_once"),
            models.CheckConstraint(
                condition=models.Q(amount__gte=1), name="product_part_is_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} of {self.emoney_id}"
