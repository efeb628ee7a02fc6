"""利用規約 in its versions, and who agreed to which."""

from django.db import models

from hansatsu.parties.identity.models.resident import Resident
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.tenancy.scope import OfIssuer


class Terms(models.Model):
    """A version of an issuer's terms of use, from when it was published.

    ``text`` is the wording in Japanese, which is the one that binds; ``text_en`` helps those who
    read English. A published version is never changed: a new wording is a new version.
    """

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="terms")
    version = models.PositiveIntegerField()
    text = models.TextField()
    text_en = models.TextField(blank=True)
    published_at = models.DateTimeField()

    objects = OfIssuer()

    class Meta:
        verbose_name_plural = "terms"
        constraints = [
            models.UniqueConstraint(fields=["issuer", "id"], name="terms_issuer_id"),
            models.UniqueConstraint(fields=["issuer", "version"], name="terms_version_once"),
        ]

    def __str__(self) -> str:
        return f"version {self.version} of {self.issuer_id}"


class Agreement(models.Model):
    """That a resident agreed to a version of the terms."""

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="agreements")
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="agreements")
    terms = models.ForeignKey(Terms, on_delete=models.PROTECT, related_name="agreements")
    at = models.DateTimeField()

    objects = OfIssuer()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["resident", "terms"], name="agreement_once"),
        ]

    def __str__(self) -> str:
        return f"{self.resident_id} to {self.terms_id}"
