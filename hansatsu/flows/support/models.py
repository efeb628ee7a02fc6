"""What is mended in wallets: proposed by one person, approved by another."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from hansatsu.parties.cards.models import Card
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.programs.models import Emoney
from hansatsu.parties.staff.two_people import Proposed, decided_by_another
from hansatsu.parties.tenancy.scope import OfIssuer


class Correction(Proposed):
    """``amount`` yen more, or less, in the wallet of a resident or a card.

    Less is taken from the lot ``lot_id``; more becomes a new lot of ``emoney`` that dies at
    ``expires_at`` (None: なし). ``seq`` is that of the wallet's entry that booked it. Nobody
    approves what they proposed: the database refuses it.
    """

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="corrections")
    wallet_id = models.BigIntegerField()
    resident = models.ForeignKey(
        Resident, on_delete=models.PROTECT, null=True, related_name="corrections"
    )
    card = models.ForeignKey(Card, on_delete=models.PROTECT, null=True, related_name="corrections")
    emoney = models.ForeignKey(Emoney, on_delete=models.PROTECT, related_name="+")
    amount = models.BigIntegerField()
    lot_id = models.BigIntegerField(null=True)
    expires_at = models.DateTimeField(null=True)
    key = models.CharField(max_length=64, help_text="Of the form that it was proposed with.")
    seq = models.BigIntegerField(null=True)

    objects = OfIssuer()

    class Meta:
        verbose_name = pgettext_lazy("one", "残高の訂正")
        verbose_name_plural = pgettext_lazy("many", "残高の訂正")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["proposed_by", "key"], name="correction_proposed_once"),
            models.UniqueConstraint(fields=["wallet_id", "seq"], name="correction_entry_once"),
            models.CheckConstraint(
                condition=Q(resident=None, card__isnull=False)
                | Q(resident__isnull=False, card=None),
                name="correction_of_one_wallet",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0, lot_id=None)
                | Q(amount__lt=0, lot_id__isnull=False, expires_at=None),
                name="correction_up_or_down",
            ),
            decided_by_another("correction_decided_by_another", booked_in="seq"),
        ]

    def __str__(self) -> str:
        return f"{self.amount:+,}円"

    @property
    def actor(self) -> str:
        """In whose name the ledger books it."""
        return f"correction:{self.pk}"

    @property
    def subject(self) -> str:
        """As the audit log names it."""
        return f"correction:{self.pk}"


class ExpiryMove(Proposed):
    """A later expiry, ``expires_at`` for ``expires_at_before``: of the living lot ``lot_id``, or of
    what the wallet's entry ``expired_seq`` had booked as 失効, which then lives again.

    ``amount`` yen are there, or had expired, when it was proposed. ``seq`` is that of the wallet's
    entry that booked it. Nobody approves what they proposed: the database refuses it.
    """

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="expiry_moves")
    wallet_id = models.BigIntegerField()
    resident = models.ForeignKey(
        Resident, on_delete=models.PROTECT, null=True, related_name="expiry_moves"
    )
    card = models.ForeignKey(Card, on_delete=models.PROTECT, null=True, related_name="expiry_moves")
    lot_id = models.BigIntegerField(null=True)
    expired_seq = models.BigIntegerField(null=True)
    amount = models.BigIntegerField()
    expires_at_before = models.DateTimeField()
    expires_at = models.DateTimeField()
    key = models.CharField(max_length=64, help_text="Of the form that it was proposed with.")
    seq = models.BigIntegerField(null=True)

    objects = OfIssuer()

    class Meta:
        verbose_name = pgettext_lazy("one", "有効期限の変更")
        verbose_name_plural = pgettext_lazy("many", "有効期限の変更")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["proposed_by", "key"], name="expiry_move_proposed_once"
            ),
            models.UniqueConstraint(fields=["wallet_id", "seq"], name="expiry_move_entry_once"),
            models.CheckConstraint(
                condition=Q(resident=None, card__isnull=False)
                | Q(resident__isnull=False, card=None),
                name="expiry_move_of_one_wallet",
            ),
            models.CheckConstraint(
                condition=Q(
                    lot_id__isnull=False,
                    expired_seq=None,
                    expires_at__gt=F("expires_at_before"),
                )
                | Q(
                    lot_id=None,
                    expired_seq__isnull=False,
                    expires_at__gte=F("expires_at_before"),
                ),
                name="expiry_move_is_later",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="expiry_move_of_something"),
            decided_by_another("expiry_move_decided_by_another", booked_in="seq"),
        ]

    def __str__(self) -> str:
        return f"{self.amount:,}円"

    @property
    def is_of_expired(self) -> bool:
        """True when what has expired is to live again."""
        return self.expired_seq is not None

    @property
    def actor(self) -> str:
        """In whose name the ledger books it."""
        return f"expiry_move:{self.pk}"

    @property
    def subject(self) -> str:
        """As the audit log names it."""
        return f"expiry_move:{self.pk}"
