"""The Django app of reminders."""

from django.apps import AppConfig


class RemindersConfig(AppConfig):
    """Reminders of what expires."""

    name = "hansatsu.flows.reminders"
    label = "reminders"
    default_auto_field = "django.db.models.BigAutoField"
