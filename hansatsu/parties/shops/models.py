"""Shops, the areas and categories by which residents look for them, and where they are paid."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from hansatsu.formats.language import in_language
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.issuers.names import terminal_name
from hansatsu.parties.tenancy.scope import OfIssuer


class Grouping(models.Model):
    """What areas and categories have in common: names, and a place in the list."""

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="%(class)ss")
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def local_name(self) -> str:
        """The name in the active language."""
        return in_language(self.name, self.name_en)


class Area(Grouping):
    """A part of the town."""

    objects = OfIssuer()

    class Meta:
        verbose_name = pgettext_lazy("one", "地区")
        verbose_name_plural = pgettext_lazy("many", "地区")
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "id"], name="area_issuer_id"),
            models.UniqueConstraint(fields=["issuer", "name"], name="area_name_once"),
        ]


class Category(Grouping):
    """A kind of shop, such as 中小店舗 or 大型店."""

    objects = OfIssuer()

    class Meta:
        verbose_name = pgettext_lazy("one", "業種")
        verbose_name_plural = pgettext_lazy("many", "業種")
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "id"], name="category_issuer_id"),
            models.UniqueConstraint(fields=["issuer", "name"], name="category_name_once"),
        ]


class Shop(models.Model):
    """A shop. Its ``code`` stands in its poster's URL; the ledger knows it by the same id."""

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="shops")
    code = models.CharField(max_length=16, validators=[RegexValidator(r"^[A-Z0-9]{1,16}$")])
    name = models.CharField(max_length=60)
    name_kana = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100, blank=True)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="shops")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="shops")
    address = models.CharField(max_length=150)
    phone = models.CharField(max_length=20, blank=True)
    contact_email = models.CharField(
        max_length=254,
        blank=True,
        default="",
        db_default="",
        help_text="Whom the office writes to; empty when it has none.",
    )
    open = models.BooleanField(default=True, help_text="A closed shop is not listed.")

    objects = OfIssuer()

    class Meta:
        verbose_name = pgettext_lazy("one", "加盟店")
        verbose_name_plural = pgettext_lazy("many", "加盟店")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "id"], name="shop_issuer_id"),
            models.UniqueConstraint(fields=["issuer", "code"], name="shop_code_once"),
            models.CheckConstraint(
                condition=models.Q(code__regex=r"^[A-Z0-9]{1,16}$"), name="shop_code_form"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def local_name(self) -> str:
        """The name in the active language."""
        return in_language(self.name, self.name_en)


class ContactChange(models.Model):
    """A shop's mail address that became another. The database writes it, whoever changes the shop;
    ``told_at`` is when both addresses were written to."""

    id = models.BigAutoField(primary_key=True)
    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="contact_changes")
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="contact_changes")
    before = models.CharField(max_length=254, blank=True)
    after = models.CharField(max_length=254, blank=True)
    at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    objects = OfIssuer()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["id"], condition=Q(told_at=None), name="contact_change_untold"),
        ]

    def __str__(self) -> str:
        return f"of shop {self.shop_id}, {self.at}"


class ShopAccount(models.Model):
    """What the version before this one writes, which knew one account a shop. The database makes
    an ``AccountVersion`` of what is written here (ADR 0282); nobody reads it."""

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="shop_accounts")
    shop = models.OneToOneField(Shop, on_delete=models.PROTECT, related_name="account")
    sealed = models.TextField()
    changed_at = models.DateTimeField()

    objects = OfIssuer()

    def __str__(self) -> str:
        return f"of shop {self.shop_id}"


class BatchKind(models.TextChoices):
    """What is done with many shops at once: a file of shops, or when they take an emoney."""

    FILE = "file", "file"
    START = "start", "start"
    END = "end", "end"


class Batch(models.Model):
    """What is done with many shops at once: drafted, looked at, done, and perhaps undone.

    Attributes:
        kind: what is done.
        settings: of a change of acceptance: ``emoney``, its id, and ``start`` and ``end``.
        rows: a shop each, as ``shops.batches.Change`` has it: what it was, what it is since.
        reason: why, in their words.
        drafted_by: who drafted it, as ``staff:7``: nobody else does it.
        applied_at: when it was done; until then it is a draft.
        undone_at: when it was last undone; rows say which shops that was.
    """

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="shop_batches")
    kind = models.CharField(max_length=5, choices=BatchKind.choices)
    settings = models.JSONField(default=dict)
    rows = models.JSONField()
    count = models.PositiveIntegerField()
    reason = models.CharField(max_length=300)
    drafted_at = models.DateTimeField()
    drafted_by = models.CharField(max_length=100)
    drafted_by_name = models.CharField(max_length=60)
    applied_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone = models.PositiveIntegerField(default=0)

    objects = OfIssuer()

    class Meta:
        verbose_name = pgettext_lazy("one", "一括変更")
        verbose_name_plural = pgettext_lazy("many", "一括変更")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "id"], name="shop_batch_issuer_id"),
            models.CheckConstraint(
                condition=models.Q(kind__in=BatchKind.values), name="shop_batch_kind_known"
            ),
        ]
        indexes = [models.Index(fields=["issuer", "-id"], name="shop_batch_newest")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.count} shops ({self.pk})"


class AccountState(models.TextChoices):
    """``withdrawn``: it was taken back, or another was entered while it waited."""

    WAITING = "waiting", "承認待ち"
    APPROVED = "approved", "承認済み"
    DECLINED = "declined", "却下"
    WITHDRAWN = "withdrawn", "取り下げ"


BY_SYSTEM = "system"
"""Who approved the accounts that were there before a second person was asked for."""


class AccountVersion(models.Model):
    """A bank account that was entered for a shop. What the shop has taken is paid out to the latest
    approved one; one waits at most, and is always the newest.

    Nobody approves what they entered, nor what was entered by nobody known: the database refuses
    it, as it refuses to change what was entered or decided.

    Attributes:
        sealed: an account of ``seals.bank_accounts``, opened in ``account_versions`` only.
        notes: what was read otherwise than it was typed, in sentences.
        batch: the file that it came with; None for one that was typed.
        entered_by: who entered it, as ``staff:7``; empty when that is not known.
        decided_by: who approved, declined or withdrew it; ``BY_SYSTEM`` for those of before.
        told_entered_at: when the shop was written to that it waits, or it was found that nobody is
            to be told; ``told_decided_at`` of what became of it.
    """

    id = models.BigAutoField(primary_key=True)
    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="account_versions")
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="account_versions")
    sealed = models.TextField()
    notes = ArrayField(models.CharField(max_length=200), default=list)
    batch = models.ForeignKey(
        Batch, on_delete=models.PROTECT, null=True, related_name="account_versions"
    )
    entered_by = models.CharField(max_length=100, blank=True)
    entered_by_name = models.CharField(max_length=60, blank=True)
    entered_at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True)
    state = models.CharField(
        max_length=9, choices=AccountState.choices, default=AccountState.WAITING
    )
    decided_by = models.CharField(max_length=100, blank=True)
    decided_by_name = models.CharField(max_length=60, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_reason = models.CharField(max_length=300, blank=True)
    told_entered_at = models.DateTimeField(null=True)
    told_decided_at = models.DateTimeField(null=True)

    objects = OfIssuer()

    class Meta:
        verbose_name = pgettext_lazy("one", "振込先の口座")
        verbose_name_plural = pgettext_lazy("many", "振込先の口座")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "id"], name="account_version_issuer_id"),
            models.UniqueConstraint(
                fields=["shop"], condition=Q(state="waiting"), name="account_version_waits_once"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_by="", decided_at=None)
                | Q(state__in=["declined", "withdrawn"], decided_at__isnull=False)
                | Q(state="approved", decided_at__isnull=False, entered_by="", decided_by="system")
                | (
                    Q(state="approved", decided_at__isnull=False)
                    & ~Q(entered_by="")
                    & ~Q(decided_by="")
                    & ~Q(decided_by=F("entered_by"))
                ),
                name="account_version_approved_by_another",
            ),
        ]
        indexes = [
            models.Index(fields=["shop", "-id"], name="account_version_of_shop"),
            models.Index(
                fields=["issuer", "-id"],
                condition=Q(state="waiting"),
                name="account_version_waiting",
            ),
            models.Index(
                fields=["id"],
                condition=Q(told_entered_at=None) | (Q(told_decided_at=None) & ~Q(state="waiting")),
                name="account_version_untold",
            ),
        ]

    def __str__(self) -> str:
        return f"of shop {self.shop_id} ({self.pk}, {self.state})"


class TerminalKind(models.TextChoices):
    """What a terminal is: a browser on the shop site, or a till that uses the API."""

    PAGE = "page", "page"
    POS = "pos", "POS"


class Terminal(models.Model):
    """A till of a shop. Its payments are made in its name, so that a lost answer is asked for
    by the terminal and key that sent it."""

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="terminals")
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="terminals")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=4, choices=TerminalKind.choices)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    sound = models.BooleanField(default=True, help_text="Of a browser: chime and read aloud.")
    large_type = models.BooleanField(default=False, help_text="Of a browser.")
    reference_once = models.BooleanField(
        default=True,
        db_default=True,
        help_text="Of a till of the API: no second payment of a wallet with the same amount and"
        " reference within an hour.",
    )

    objects = OfIssuer()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "id"], name="terminal_issuer_id"),
            models.CheckConstraint(
                condition=models.Q(kind__in=TerminalKind.values), name="terminal_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.pk})"

    @property
    def actor(self) -> str:
        """Its name in the ledger's requests."""
        return terminal_name(self.pk)


class Scope(models.TextChoices):
    """What a key may do: pay (and look, and cancel what it does not know the outcome of), refund
    payments of the same day in Japan, refund any, keep webhook endpoints."""

    PAY = "pay", "支払"
    REFUND_TODAY = "refund_today", "当日の取消"
    REFUND_ANY = "refund_any", "返金"
    WEBHOOKS = "webhooks", "Webhook"


class ApiKey(models.Model):
    """What a till proves itself to the API with, as its terminal. The key itself is shown once;
    here stand its keyed digest, and its first characters to tell it from others."""

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="api_keys")
    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, related_name="api_keys")
    prefix = models.CharField(max_length=11)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=12, choices=Scope.choices))
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = OfIssuer()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(scopes__contained_by=list(Scope.values)),
                name="api_key_scopes_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}… of terminal {self.terminal_id}"


class WrongCode(models.Model):
    """A code that nobody has, read at a terminal. Kept only while it counts."""

    id = models.BigAutoField(primary_key=True)
    terminal = models.ForeignKey(Terminal, on_delete=models.CASCADE, related_name="wrong_codes")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["terminal", "-at"], name="wrong_code_newest")]

    def __str__(self) -> str:
        return f"at {self.terminal_id}, {self.at}"
