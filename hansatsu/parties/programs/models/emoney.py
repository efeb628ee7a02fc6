"""The emoney: a kind of value, such as 全店共通 or 中小店舗限定."""

from django.db import models
from django.utils.translation import pgettext_lazy

from hansatsu.formats.language import in_language
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.tenancy.scope import OfIssuer


class Emoney(models.Model):
    """A kind of value of one issuer. Which shops take it stands in the ledger (acceptance)."""

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="emoneys")
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60, blank=True)

    objects = OfIssuer()

    class Meta:
        verbose_name = pgettext_lazy("one", "電子マネー")
        verbose_name_plural = pgettext_lazy("many", "電子マネー")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "id"], name="emoney_issuer_id"),
            models.UniqueConstraint(fields=["issuer", "name"], name="emoney_name_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def local_name(self) -> str:
        """The name in the active language."""
        return in_language(self.name, self.name_en)
