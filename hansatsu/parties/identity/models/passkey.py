"""Passkeys (WebAuthn credentials) of residents and of staff."""

from django.db import models

from hansatsu.parties.identity.models.resident import Resident
from hansatsu.parties.identity.models.staff import Staff
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.tenancy.scope import OfIssuer


class Passkey(models.Model):
    """A key on somebody's phone or security key. A resident's logs in by itself; that of a member
    of staff is a second factor.

    ``sign_count`` is the authenticator's counter: one that does not grow is a copy, unless it
    always is zero, as with keys that are kept in a cloud.
    """

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="passkeys")
    resident = models.ForeignKey(
        Resident, on_delete=models.PROTECT, related_name="passkeys", null=True
    )
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="passkeys", null=True)
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
            models.CheckConstraint(
                condition=models.Q(resident__isnull=False, staff__isnull=True)
                | models.Q(resident__isnull=True, staff__isnull=False),
                name="passkey_of_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.resident_id or self.staff_id}"
