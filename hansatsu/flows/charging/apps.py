"""The Django app of charging."""

from django.apps import AppConfig


class ChargingConfig(AppConfig):
    """Orders."""

    name = "hansatsu.flows.charging"
    label = "charging"
    default_auto_field = "django.db.models.BigAutoField"
