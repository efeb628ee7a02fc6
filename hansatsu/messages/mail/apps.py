"""The Django app of notifications."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Mails."""

    name = "hansatsu.messages.mail"
    label = "notifications"  # of old: its tables, migrations and content types are named so
    default_auto_field = "django.db.models.BigAutoField"
