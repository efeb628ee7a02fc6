"""Links that were mailed."""

from django.db import models

from hansatsu.parties.identity.models.resident import Resident
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.tenancy.scope import OfIssuer


class Purpose(models.TextChoices):
    """What a link is for."""

    REGISTER = "register", "register"
    PASSWORD = "password", "password"
    EMAIL_CHANGE = "email_change", "email_change"
    EMAIL_STOP = "email_stop", "email_stop"
    UNLOCK = "unlock", "unlock"
    BANK_ACCOUNT = "bank_account", "bank_account"


class MailedLink(models.Model):
    """A link in a mail: works until it expires, and once.

    The token stands in the mail only; the row has its SHA-256, so a dump of the database opens
    nothing. ``data`` is what the flow keeps between its pages.
    """

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="mailed_links")
    resident = models.ForeignKey(
        Resident, on_delete=models.PROTECT, related_name="mailed_links", null=True
    )
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    email = models.CharField(max_length=254)
    token_hash = models.CharField(max_length=64, unique=True)
    data = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    objects = OfIssuer()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(purpose__in=Purpose.values), name="mailed_link_purpose_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} ({self.pk})"
