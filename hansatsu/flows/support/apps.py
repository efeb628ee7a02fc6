"""The Django app of support."""

from django.apps import AppConfig


class SupportConfig(AppConfig):
    """Finding, acts, corrections."""

    name = "hansatsu.flows.support"
    label = "support"
    default_auto_field = "django.db.models.BigAutoField"
