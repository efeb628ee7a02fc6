"""Residents (利用者)."""

from django.contrib.auth.hashers import make_password
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models.functions import Concat, Upper
from django.utils.translation import gettext_lazy as _

from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.issuers.names import resident_name
from hansatsu.parties.tenancy.scope import OfIssuer


class Language(models.TextChoices):
    """The languages of pages and mails."""

    JAPANESE = "ja", "日本語"
    ENGLISH = "en", "English"


class Gender(models.TextChoices):
    """性別."""

    FEMALE = "female", _("女性")
    MALE = "male", _("男性")
    OTHER = "other", _("その他")
    NO_ANSWER = "no_answer", _("回答しない")


class Occupation(models.TextChoices):
    """職業."""

    EMPLOYEE = "employee", _("会社員・団体職員")
    PUBLIC = "public", _("公務員")
    SELF_EMPLOYED = "self_employed", _("自営業・農業")
    PART_TIME = "part_time", _("パート・アルバイト")
    HOME = "home", _("主婦・主夫")
    STUDENT = "student", _("学生")
    RETIRED = "retired", _("無職・年金生活")
    OTHER = "other", _("その他")
    NO_ANSWER = "no_answer", _("回答しない")


class Resident(models.Model):
    """A person with a wallet of one issuer. Not a Django user: residents have sessions of
    their own, one per issuer (``identity.sessions``).

    A resident with ``closed_at`` has left; the row stays for the books' sake. ``phone`` is in
    E.164 form, ``postal_code`` seven digits (``identity.fields``); what was never asked is empty.
    """

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="residents")
    login_id = models.CharField(max_length=64)
    password = models.CharField(max_length=128)
    family_name = models.CharField(max_length=40)
    given_name = models.CharField(max_length=40)
    family_kana = models.CharField(max_length=40)
    given_kana = models.CharField(max_length=40)
    nickname = models.CharField(max_length=40, blank=True)
    email = models.CharField(max_length=254)
    birth_date = models.DateField(null=True, blank=True)
    gender = models.CharField(max_length=9, choices=Gender.choices, blank=True)
    occupation = models.CharField(max_length=13, choices=Occupation.choices, blank=True)
    postal_code = models.CharField(max_length=7, blank=True)
    prefecture = models.CharField(max_length=4, blank=True)
    city = models.CharField(max_length=60, blank=True)
    street = models.CharField(max_length=100, blank=True)
    building = models.CharField(max_length=100, blank=True)
    phone = models.CharField(max_length=16, blank=True)
    news_mail = models.BooleanField(default=False, help_text="お知らせメール")
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.JAPANESE)
    wallet_id = models.BigIntegerField(unique=True)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = OfIssuer()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "id"], name="resident_issuer_id"),
            models.UniqueConstraint(fields=["issuer", "login_id"], name="resident_login_id_once"),
            models.CheckConstraint(
                condition=models.Q(language__in=Language.values),
                name="resident_language_known",
            ),
        ]
        indexes = [
            # as it is looked for when somebody registers or has forgotten the login ID
            models.Index(models.F("issuer"), Upper("email"), name="resident_email"),
            # as the console's lists are searched, each by the whole
            models.Index(models.F("issuer"), Upper("login_id"), name="resident_login_id"),
            models.Index(models.F("issuer"), Upper("family_name"), name="resident_family_name"),
            models.Index(models.F("issuer"), Upper("given_name"), name="resident_given_name"),
            # as support looks for who is on the telephone
            models.Index(fields=["issuer", "phone"], name="resident_phone"),
            models.Index(
                models.F("issuer"),
                OpClass(Concat("family_name", "given_name"), name="text_pattern_ops"),
                name="resident_name",
            ),
            models.Index(
                models.F("issuer"),
                OpClass(Concat("family_kana", "given_kana"), name="text_pattern_ops"),
                name="resident_kana",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.login_id} ({self.issuer_id})"

    @property
    def actor(self) -> str:
        """The name in the ledger's requests and in records."""
        return resident_name(self.pk)

    @property
    def full_name(self) -> str:
        """小山 花子."""
        return f"{self.family_name} {self.given_name}"

    def set_password(self, password: str) -> None:
        """Hash ``password`` into the row (not saved)."""
        self.password = make_password(password)
