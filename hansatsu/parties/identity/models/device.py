"""The browsers that residents have logged in from."""

from datetime import datetime

from django.db import models

from hansatsu.parties.identity.models.resident import Resident
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.tenancy.scope import OfIssuer

NUMBERS = 10_000_000
"""A device's number has seven digits in a pay code."""


class Device(models.Model):
    """One browser of one resident, from its log-in until it is revoked.

    Its ``number`` stands in the pay codes it shows, is random, and is never used again by its
    issuer. ``generation`` makes another key for the same number. A revoked device is logged out,
    and its codes are dead.

    Its cookie holds a token, of which only hashes are here (``accounts.saved_devices``). The token
    tells that the browser is known; until ``saved_until`` it also logs in.
    """

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="devices")
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="devices")
    number = models.PositiveIntegerField()
    generation = models.PositiveSmallIntegerField(default=1)
    label = models.CharField(max_length=200, help_text="What the browser calls itself.")
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    token_hash = models.CharField(max_length=64, blank=True, help_text="Of its cookie's token.")
    next_hash = models.CharField(max_length=64, blank=True, help_text="Of the token after that.")
    next_at = models.DateTimeField(null=True, blank=True)
    saved_until = models.DateTimeField(null=True, blank=True, help_text="ログイン状態を保存")
    saved_digest = models.CharField(max_length=64, blank=True, help_text="Ends with the password.")

    read_at: datetime | None = None
    """The ledger's time at which it was read for a page (``identity.sessions``); no column."""

    objects = OfIssuer()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "id"], name="device_issuer_id"),
            models.UniqueConstraint(fields=["issuer", "number"], name="device_number_once"),
            models.CheckConstraint(
                condition=models.Q(number__lt=NUMBERS), name="device_number_has_seven_digits"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number:07} of {self.resident_id}"

    @property
    def ledger_id(self) -> int:
        """What the ledger calls it: the issuer and the number, as they stand in a pay code."""
        return ledger_device(self.issuer_id, self.number)


def ledger_device(issuer_id: int, number: int) -> int:
    """The ledger's id of an issuer's device."""
    return issuer_id * NUMBERS + number
