"""The Django app of webhooks."""

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    """Endpoints, messages and their deliveries."""

    name = "hansatsu.messages.webhooks"
    label = "webhooks"
    default_auto_field = "django.db.models.BigAutoField"
