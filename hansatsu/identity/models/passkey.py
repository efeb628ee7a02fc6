"""Passkeys (WebAuthn credentials) of residents."""

from django.db import models

from hansatsu.identity.models.resident import Resident
from hansatsu.issuers.models import Issuer
from hansatsu.issuers.scope import OfIssuer


class Passkey(models.Model):
    """A key on a resident's phone or security key, which logs in by itself.

    ``sign_count`` is the authenticator's counter: one that does not grow is a copy, unless it
    always is zero, as with keys that are kept in a cloud.
    """

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="passkeys")
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="passkeys")
    credential_id = models.BinaryField(unique=True)
    public_key = models.BinaryField()
    sign_count = models.BigIntegerField(default=0)
    transports = models.JSONField(default=list)
    is_backed_up = models.BooleanField(default=False)
    name = models.CharField(max_length=60)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    objects = OfIssuer()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "id"], name="passkey_issuer_id"),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.resident_id}"
