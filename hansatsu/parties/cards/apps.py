"""The Django app of cards."""

from django.apps import AppConfig


class CardsConfig(AppConfig):
    """Cards."""

    name = "hansatsu.parties.cards"
    label = "cards"
