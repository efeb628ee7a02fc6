"""The Django app of settlement."""

from django.apps import AppConfig


class SettlementConfig(AppConfig):
    """Closings, statements, payouts."""

    name = "hansatsu.flows.settlement"
    label = "settlement"
    default_auto_field = "django.db.models.BigAutoField"
