"""What happened to accounts."""

from django.db import models

from hansatsu.parties.identity.models.resident import Resident
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.tenancy.scope import OfIssuer


class Event(models.Model):
    """One thing that happened to an account, or to one that does not exist.

    Rows are only added: the application may neither change nor delete them
    (``processes/grants.py``). ``detail`` holds no secret, and of personal data no more than tells
    the event.
    """

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="events")
    resident = models.ForeignKey(
        Resident, on_delete=models.PROTECT, related_name="events", null=True
    )
    kind = models.CharField(max_length=40)
    at = models.DateTimeField()
    address = models.CharField(max_length=45, blank=True, help_text="The network address.")
    detail = models.JSONField(default=dict)

    objects = OfIssuer()

    class Meta:
        indexes = [models.Index(fields=["issuer", "resident", "at"], name="event_by_resident")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.resident_id} at {self.at}"
