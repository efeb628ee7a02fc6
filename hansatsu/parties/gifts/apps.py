"""The Django app of gift codes."""

from django.apps import AppConfig


class GiftsConfig(AppConfig):
    """Gift codes."""

    name = "hansatsu.parties.gifts"
    label = "gifts"
