"""The issuer, one scheme such as 小山市共通商品券, and what it should know of."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Value
from django.utils.translation import pgettext_lazy

from hansatsu.formats.language import in_language
from hansatsu.formats.qr.till_code import code_prefixes
from hansatsu.parties.issuers.fields import check_domain, check_english, check_phone, check_seal
from hansatsu.parties.issuers.pay_numbers import pay_numbers
from hansatsu.parties.tenancy.scope import OfIssuer

LAST_DAY = 31
"""Of a month, however long it is."""
DAYS = [*range(1, 29), LAST_DAY]


class Mode(models.TextChoices):
    """What an issuer is for. Set when it is made, never changed."""

    LIVE = "live", "live"
    SANDBOX = "sandbox", "sandbox"
    DEMO = "demo", "demo"


class Issuer(models.Model):
    """A tenant. Its ``code`` stands in its URLs, its ``payment_prefix`` in its payment numbers.

    The ledger knows the same issuer by the same id.
    """

    code = models.CharField(
        max_length=16, unique=True, validators=[RegexValidator(r"^[A-Z0-9]{4,16}$")]
    )
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60, blank=True, validators=[check_english])
    payment_prefix = models.CharField(
        max_length=13, unique=True, validators=[RegexValidator(r"^[A-Z0-9]{13}$")]
    )
    mode = models.CharField(max_length=8, choices=Mode.choices)
    colour_primary = models.CharField(max_length=7, default="#1d3a5c")
    colour_accent = models.CharField(max_length=7, default="#c8372d")
    seal = models.CharField(
        max_length=4, validators=[check_seal], help_text="The characters of the red seal, as 小山."
    )
    logo = models.CharField(
        max_length=64, blank=True, help_text="The SHA-256 of the ``Logo``; none when blank."
    )
    logo_width = models.PositiveSmallIntegerField(default=0, help_text="Pixels.")
    logo_height = models.PositiveSmallIntegerField(default=0, help_text="Pixels.")
    office_name = models.CharField(max_length=100, help_text="事務局")
    office_name_en = models.CharField(max_length=100, blank=True, validators=[check_english])
    office_phone = models.CharField(max_length=20, validators=[check_phone])
    office_hours = models.CharField(max_length=100)
    office_hours_en = models.CharField(max_length=100, blank=True, validators=[check_english])
    seller_address = models.CharField(
        max_length=150,
        blank=True,
        db_default="",
        default="",
        help_text="所在地 of who sells, for 特定商取引法.",
    )
    seller_representative = models.CharField(
        max_length=60, blank=True, db_default="", default="", help_text="運営責任者, by name."
    )
    mail_from = models.EmailField(help_text="The no-reply address that mails come from.")
    domain = models.CharField(
        max_length=100,
        validators=[check_domain],
        help_text="What residents should let through their mail filters.",
    )
    cards_may_be_taken = models.BooleanField(
        default=False, help_text="Whether a card's holder may move its value into a wallet."
    )

    pay_number = models.PositiveSmallIntegerField(db_default=0, editable=False)
    """In its pay codes, 1-999. The database gives it at the making, in place of 0."""
    renumbered_at = models.DateTimeField(null=True, editable=False)
    """When its pay codes got other digits than the last three of its id; null for most."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(code__regex=r"^[A-Z0-9]{4,16}$"), name="issuer_code_form"
            ),
            models.CheckConstraint(
                condition=models.Q(payment_prefix__regex=r"^[A-Z0-9]{13}$"),
                name="issuer_payment_prefix_form",
            ),
            models.UniqueConstraint(fields=["pay_number"], name="issuer_pay_number_once"),
            models.CheckConstraint(
                condition=models.Q(pay_number__gte=1, pay_number__lte=999),
                name="issuer_pay_number_form",
            ),
            models.CheckConstraint(
                condition=models.Q(colour_primary__regex=r"^#[0-9a-f]{6}$")
                & models.Q(colour_accent__regex=r"^#[0-9a-f]{6}$"),
                name="issuer_colour_form",
            ),
            models.CheckConstraint(
                condition=models.Q(logo="", logo_width=0, logo_height=0)
                | models.Q(logo__regex=r"^[0-9a-f]{64}$", logo_width__gte=1, logo_height__gte=1),
                name="issuer_logo_form",
            ),
            models.CheckConstraint(
                condition=models.Q(mode__in=Mode.values), name="issuer_mode_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def code_prefixes(self) -> list[str]:
        """What the codes begin with that its tills take: pay codes, cards."""
        return list(code_prefixes(self.pay_number))

    def pay_numbers(self, now: datetime) -> tuple[int, ...]:
        """The pay numbers that stand for it at ``now``."""
        return pay_numbers(self.pk, self.pay_number, self.renumbered_at, now)

    @property
    def local_name(self) -> str:
        """The name in the active language."""
        return in_language(self.name, self.name_en)

    @property
    def local_office_name(self) -> str:
        """事務局 in the active language."""
        return in_language(self.office_name, self.office_name_en)

    @property
    def local_office_hours(self) -> str:
        """When it answers, in the active language."""
        return in_language(self.office_hours, self.office_hours_en)


class ClosingTerm(models.Model):
    """締め日 and 支払日: on which day of each month takings are summed up, and when they are paid.
    An issuer may have several.

    Attributes:
        closing_day: of each month; 31 is its last day. What is paid until its midnight is in it.
        payout_months_later: 0 for the same month, up to 3.
        payout_day: of that month; 31 is its last day. Days on which banks are closed shift it.
        from_day: the first day that can be its closing day, so that a term that is new closes no
            day that is gone; None for one that was always there.
    """

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="closing_terms")
    closing_day = models.PositiveSmallIntegerField(default=LAST_DAY)
    payout_months_later = models.PositiveSmallIntegerField(default=1)
    payout_day = models.PositiveSmallIntegerField(default=LAST_DAY)
    from_day = models.DateField(null=True)

    objects = OfIssuer()

    class Meta:
        ordering = ["closing_day"]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "closing_day"], name="closing_term_day_once"),
            models.CheckConstraint(
                condition=models.Q(closing_day__in=DAYS)
                & models.Q(payout_day__in=DAYS)
                & models.Q(payout_months_later__lte=3)
                & (
                    models.Q(payout_months_later__gte=1)
                    | models.Q(payout_day__gt=models.F("closing_day"))
                ),
                name="closing_term_pays_after_closing",
            ),
        ]

    def __str__(self) -> str:
        return f"closes on day {self.closing_day}"


class Logo(models.Model):
    """The picture that stands in for an issuer's seal; apart, since no page reads it."""

    issuer = models.OneToOneField(Issuer, on_delete=models.PROTECT, related_name="+")
    png = models.BinaryField()

    objects = OfIssuer()

    def __str__(self) -> str:
        return f"logo of issuer {self.issuer_id}"


class Alarm(models.Model):
    """Something that the issuer's staff should know of. Rows are added, never changed: the
    database refuses it.

    ``kind`` says what sort of thing (``wrong_codes``), ``subject`` whose (``terminal:7``).
    """

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="alarms")
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=100)
    text = models.CharField(max_length=300)
    at = models.DateTimeField()

    objects = OfIssuer()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["issuer", "-at"], name="alarm_newest")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.subject}"


class AuditEntry(models.Model):
    """One act of a member of staff. Rows are added, never changed: the database refuses it.

    Attributes:
        act: what was done, such as ``refund``.
        actor: by whom, as ``staff:3``; ``actor_name`` is what they were called then.
        place: where they work: ``shop:12``, ``console``, or ``server`` for commands.
        subject: what it was done to, such as ``staff:5``.
        things: what else it is about, in the same form: the shops of a bulk act, a payment's shop.
        reason: why, when the act asks for it.
        before: what was so, and ``after`` what is so since; neither holds a secret.
        address: the network address it came from, ``browser`` the terminal or browser there.
    """

    id = models.BigAutoField(primary_key=True)
    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="audit_entries")
    at = models.DateTimeField()
    act = models.CharField(max_length=40)
    actor = models.CharField(max_length=100)
    actor_name = models.CharField(max_length=60)
    place = models.CharField(max_length=40)
    subject = models.CharField(max_length=100)
    things = ArrayField(
        models.CharField(max_length=100), default=list, db_default=Value("{}"), editable=False
    )
    reason = models.CharField(max_length=300, blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    address = models.CharField(max_length=45, blank=True)
    browser = models.CharField(max_length=200, blank=True)

    objects = OfIssuer()

    class Meta:
        verbose_name = pgettext_lazy("one", "操作の記録")
        verbose_name_plural = pgettext_lazy("many", "操作の記録")
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["issuer", "place", "-at", "-id"], name="audit_newest"),
            models.Index(fields=["issuer", "subject", "-at"], name="audit_of_subject"),
            models.Index(fields=["issuer", "actor", "-id"], name="audit_of_actor"),
            models.Index(fields=["issuer", "act", "-id"], name="audit_of_act"),
            models.Index(fields=["issuer", "at"], name="audit_of_day"),
            GinIndex(fields=["things"], name="audit_of_things"),
        ]

    def __str__(self) -> str:
        return f"{self.actor} {self.act} {self.subject}"
