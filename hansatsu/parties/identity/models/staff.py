"""Staff of shops and issuers: Django's users."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.issuers.names import staff_name


class Role(models.TextChoices):
    """What a member of staff may do. The first two work in a shop, the others at the issuer."""

    MANAGER = "manager", "店長"
    CASHIER = "cashier", "レジ担当"
    OWNER = "owner", "責任者"
    OPERATOR = "operator", "運用担当"
    ACCOUNTANT = "accountant", "経理担当"
    SUPPORT = "support", "問い合わせ担当"
    VIEWER = "viewer", "閲覧のみ"


SHOP_ROLES = (Role.MANAGER, Role.CASHIER)
ISSUER_ROLES = tuple(role for role in Role if role not in SHOP_ROLES)


class StaffManager(BaseUserManager["Staff"]):
    """Finds staff by login ID, or all of one issuer."""

    def of(self, issuer: Issuer) -> "models.QuerySet[Staff, Any]":
        """The issuer's staff, in its shops too."""
        return self.get_queryset().filter(issuer=issuer)

    def called(self, login_id: str) -> "models.QuerySet[Staff, Any]":
        """Those of any issuer whose login ID this is, in small letters."""
        return self.get_queryset().alias(small=Lower("login_id")).filter(small=login_id)


class Staff(AbstractBaseUser):
    """A member of staff, of a shop when ``shop`` is set, otherwise of the issuer."""

    login_id = models.CharField(max_length=64, help_text="One account's in its issuer.")
    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="staff")
    shop = models.ForeignKey(
        "shops.Shop", on_delete=models.PROTECT, related_name="staff", null=True, blank=True
    )
    role = models.CharField(max_length=10, choices=Role.choices)
    display_name = models.CharField(max_length=60)
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(
        default=False, help_text="The password was given by somebody else."
    )
    pin = models.CharField(
        max_length=128, blank=True, help_text="Hashed; empty while none has been chosen."
    )

    objects = StaffManager()

    USERNAME_FIELD = "login_id"
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        verbose_name = _("担当者")
        verbose_name_plural = _("担当者")
        constraints = [
            models.UniqueConstraint(fields=["issuer", "id"], name="staff_issuer_id"),
            models.UniqueConstraint(Lower("login_id"), "issuer", name="staff_login_id_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="staff_role_known"
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=SHOP_ROLES, shop__isnull=False)
                | (~models.Q(role__in=SHOP_ROLES) & models.Q(shop__isnull=True)),
                name="staff_shop_fits_role",
            ),
        ]

    def __str__(self) -> str:
        return self.login_id

    def get_full_name(self) -> str:
        """What they are called, under the name that Django's pages ask by."""
        return self.display_name

    @property
    def actor(self) -> str:
        """The name in the ledger's requests and in the audit log."""
        return staff_name(self.pk)

    @property
    def needs_second_factor(self) -> bool:
        """True when a password alone does not let in: everybody but cashiers."""
        return self.role != Role.CASHIER
