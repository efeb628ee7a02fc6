"""The Django app of notifications."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Mails."""

    name = "hansatsu.notifications"
    default_auto_field = "django.db.models.BigAutoField"
