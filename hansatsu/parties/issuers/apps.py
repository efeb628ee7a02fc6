"""The Django app of issuers."""

from django.apps import AppConfig


class IssuersConfig(AppConfig):
    """Issuers."""

    name = "hansatsu.parties.issuers"
    label = "issuers"
    default_auto_field = "django.db.models.AutoField"
