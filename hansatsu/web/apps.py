"""The Django app of pages."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages. They have no tables."""

    name = "hansatsu.web"
    label = "web"
