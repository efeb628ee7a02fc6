"""Mails: what is to be sent, and what became of it."""

from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import pgettext_lazy

from hansatsu.parties import clock
from hansatsu.parties.identity.models import Language, Resident
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.tenancy.scope import OfIssuer


class Mail(models.Model):
    """One mail to one address, composed once.

    A mail about an entry carries the entry's wallet, seq and kind, and there is at most one of
    each: the proof that what the outbox owed was made exactly once. ``about`` names what else it
    is about, as ``order:123456789012``. ``again_of`` is the mail that this one repeats.
    """

    class State(models.TextChoices):
        """Where a mail is. ``failed`` waits for another try, ``bounced`` is given up."""

        QUEUED = "queued", "queued"
        SENT = "sent", "sent"
        FAILED = "failed", "failed"
        BOUNCED = "bounced", "bounced"

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="mails")
    resident = models.ForeignKey(
        Resident, on_delete=models.PROTECT, related_name="mails", null=True, db_index=False
    )
    wallet_id = models.BigIntegerField(null=True)
    seq = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=20)
    about = models.CharField(max_length=60, blank=True)
    again_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="agains", db_index=False
    )
    to = models.CharField(max_length=254)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField()
    language = models.CharField(max_length=2, choices=Language.choices)
    has_secret = models.BooleanField(
        default=False, help_text="Its content opens an account, and is erased once it was sent."
    )
    state = models.CharField(max_length=7, choices=State.choices, default=State.QUEUED)
    created_at = models.DateTimeField(db_default=clock.Now())
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)

    objects = OfIssuer()

    class Meta:
        verbose_name = pgettext_lazy("one", "メール")
        verbose_name_plural = pgettext_lazy("many", "メール")
        constraints = [
            models.UniqueConstraint(
                fields=["wallet_id", "seq", "kind"], name="mail_once_per_entry"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["queued", "sent", "failed", "bounced"]),
                name="mail_state_known",
            ),
        ]
        indexes = [
            # as the console lists them: what was sent is nearly all of them
            models.Index(
                fields=["issuer", "state", "-id"],
                condition=~models.Q(state="sent"),
                name="mail_not_sent",
            ),
            models.Index(models.F("issuer"), Upper("to"), name="mail_to"),
            models.Index(fields=["resident", "-created_at"], name="mail_of_resident"),
            models.Index(
                fields=["issuer", "about"], condition=~models.Q(about=""), name="mail_about"
            ),
            models.Index(
                fields=["again_of"], condition=~models.Q(again_of=None), name="mail_again"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state} ({self.pk})"
