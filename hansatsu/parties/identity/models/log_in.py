"""A log-in under way."""

from django.db import models

from hansatsu.parties.identity.models.mailed_link import MailedLink
from hansatsu.parties.identity.models.resident import Resident
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.tenancy.scope import OfIssuer


class LogIn(models.Model):
    """One log-in of one browser, from ログインID to the top page; its session names it.

    ``resident`` is there once the password was right, and not before: until then a login ID that
    does not exist is treated as any other. The digits of the one-time password are nowhere; they
    are made again from ``nonce`` and the site's key (``accounts.one_time_password``).
    """

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="log_ins")
    login_id = models.CharField(max_length=64, help_text="As typed.")
    resident = models.ForeignKey(
        Resident, on_delete=models.PROTECT, related_name="log_ins", null=True
    )
    way_back = models.CharField(max_length=1000, blank=True, help_text="Where it leads in the end.")
    wants_saving = models.BooleanField(default=False, help_text="ログイン状態を保存")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    proof_hash = models.CharField(
        max_length=64, blank=True, help_text="Of a solved puzzle's token."
    )
    proof_until = models.DateTimeField(null=True)
    nonce = models.CharField(max_length=64, blank=True)
    nonce_at = models.DateTimeField(null=True, help_text="From when the digits count their life.")
    guesses = models.PositiveSmallIntegerField(default=0)
    link = models.ForeignKey(
        MailedLink,
        on_delete=models.SET_NULL,
        related_name="log_ins",
        null=True,
        help_text="The mailed link that stands for the one-time password.",
    )

    objects = OfIssuer()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="log_in_expiry")]

    def __str__(self) -> str:
        return f"log-in {self.pk} ({self.issuer_id})"
