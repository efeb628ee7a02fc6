"""An issuer's account at a payment provider."""

from django.db import models

from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.tenancy.scope import OfIssuer


class ProviderAccount(models.Model):
    """``provider`` is a name of ``psp.registry``; ``secrets`` a sealed JSON object
    (``seals.secrets_box``), opened by ``charging.provider_accounts`` only.

    New orders go to the one that is ``active``; webhooks and refunds of the others still work.
    """

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="provider_accounts")
    provider = models.CharField(max_length=20)
    secrets = models.TextField()
    active = models.BooleanField(default=True)

    objects = OfIssuer()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "provider"], name="provider_account_once"),
            models.UniqueConstraint(
                fields=["issuer"],
                condition=models.Q(active=True),
                name="provider_account_one_active",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} of {self.issuer_id}"
