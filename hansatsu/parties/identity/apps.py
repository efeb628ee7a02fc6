"""The Django app of identity."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Residents and staff."""

    name = "hansatsu.parties.identity"
    label = "identity"
    default_auto_field = "django.db.models.BigAutoField"
