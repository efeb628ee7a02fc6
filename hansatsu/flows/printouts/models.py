"""Codes and cards made in bulk, and the files that they are printed from."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from hansatsu.parties.cards.models import Card
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.tenancy.scope import OfIssuer


class PrintKind(models.TextChoices):
    """What is on the paper."""

    CARDS = "cards", "カード"
    GIFTS = "gifts", "ギフトコードの手紙"
    WINNERS = "winners", "当選のお知らせ"
    SHOPS = "shops", "加盟店の案内状"


class FileForm(models.TextChoices):
    """What a file is: to print from, or a table for a printer's shop."""

    PDF = "pdf", "PDF"
    XLSX = "xlsx", "xlsx"


class MakingState(models.TextChoices):
    """``failed``: what was not made yet will not be; what was made stays."""

    WORKING = "working", "作成中"
    FINISHED = "finished", "完了"
    FAILED = "failed", "中断"


UNEXPECTED = "unexpected"
"""The ``error`` of a making that failed as nobody had foreseen."""
VOIDED = "voided"
"""The ``error`` of a making whose codes staff made void; one under way ended by it."""


class Making(models.Model):
    """An order of staff to make many codes or cards. The worker makes them a part at a time: a
    part, its files and ``done`` are written in one transaction.

    Attributes:
        kind: what is made.
        name: what staff call it.
        settings: what each of them holds, as ``printouts.batches`` wants it.
        count: how many; ``done`` are there.
        forms: which files come of each part.
        error: why it ended before its time: ``UNEXPECTED``, ``VOIDED`` or the ledger's words.
        made_by: who ordered it, as ``staff:7``.
        key: of the form that ordered it: the same form sent twice is one making. Makings from
            before there were keys have none.
    """

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="makings")
    kind = models.CharField(max_length=7, choices=PrintKind.choices)
    name = models.CharField(max_length=60)
    settings = models.JSONField()
    count = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    forms = ArrayField(models.CharField(max_length=4, choices=FileForm.choices))
    state = models.CharField(max_length=8, choices=MakingState.choices, default=MakingState.WORKING)
    error = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)
    key = models.CharField(max_length=64, blank=True)
    finished_at = models.DateTimeField(null=True)

    objects = OfIssuer()

    class Meta:
        verbose_name = pgettext_lazy("one", "コードとカードの作成")
        verbose_name_plural = pgettext_lazy("many", "コードとカードの作成")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "id"], name="making_issuer_id"),
            models.UniqueConstraint(
                fields=["issuer", "made_by", "key"], condition=~Q(key=""), name="making_once"
            ),
            models.CheckConstraint(
                name="making_within",
                condition=Q(count__gte=1)
                & (
                    Q(state="finished", done=F("count"), finished_at__isnull=False)
                    | Q(state="working", done__lt=F("count"), finished_at=None)
                    | Q(state="failed", done__lt=F("count"), finished_at__isnull=False)
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Stopping(models.Model):
    """The order of staff to stop all cards of a making, as when they were lost in the post. The
    worker stops them a few at a time: those, ``looked_at`` and the sums are written in one
    transaction.

    Attributes:
        making: the cards; a making is stopped once.
        reason: why, in their words.
        asked_by: who ordered it, as ``staff:7``; ``asked_by_name`` as they were called.
        looked_at: cards that were dealt with; ``last_wallet`` is the last of them.
        stopped: cards that it stopped; the others had been stopped before, or held nothing more
            because their value had been moved.
        amount: yen that the stopped ones held.
    """

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="+")
    making = models.OneToOneField(Making, on_delete=models.PROTECT, related_name="stopping")
    reason = models.CharField(max_length=300)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=80)
    asked_by_name = models.CharField(max_length=60)
    looked_at = models.PositiveIntegerField(default=0)
    last_wallet = models.BigIntegerField(default=0)
    stopped = models.PositiveIntegerField(default=0)
    amount = models.BigIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    objects = OfIssuer()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="stopping_within",
                condition=Q(stopped__lte=F("looked_at"), amount__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stopped} of {self.looked_at} stopped"

    @property
    def left(self) -> int:
        """Cards that were dealt with and not stopped."""
        return self.looked_at - self.stopped


class PrintFile(models.Model):
    """A file with codes that are worth money: encrypted while it waits, handed out to one person
    (``downloaded_by``, last at ``downloaded_at``), and erased when they have it (``store``). There
    is no second copy; anyone who needs one has the codes reissued.

    One of a making holds its numbers ``first`` to ``first + count - 1``.
    """

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="print_files")
    kind = models.CharField(max_length=7, choices=PrintKind.choices)
    form = models.CharField(max_length=4, choices=FileForm.choices, default=FileForm.PDF)
    making = models.ForeignKey(Making, on_delete=models.PROTECT, related_name="files", null=True)
    first = models.PositiveIntegerField(default=1)
    count = models.PositiveIntegerField(help_text="Cards or letters in it.")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80, help_text="Such as staff:7.")
    sealed = models.BinaryField(null=True, help_text="The file, encrypted under FIELD_KEYS.")
    downloaded_at = models.DateTimeField(null=True)
    downloaded_by = models.CharField(max_length=80, blank=True)
    card = models.ForeignKey(
        Card,
        on_delete=models.PROTECT,
        null=True,
        related_name="print_files",
        help_text="The one card in it, made for a lost one.",
    )

    objects = OfIssuer()

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="print_file_erased_after_download",
                condition=Q(sealed__isnull=False) | Q(downloaded_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def last(self) -> int:
        """The number of its last card or letter."""
        return self.first + self.count - 1
