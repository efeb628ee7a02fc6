"""The Django app of shops."""

from django.apps import AppConfig


class ShopsConfig(AppConfig):
    """Shops."""

    name = "hansatsu.parties.shops"
    label = "shops"
    default_auto_field = "django.db.models.AutoField"
