"""The Django app of wallets."""

from django.apps import AppConfig


class WalletsConfig(AppConfig):
    """Wallets. They have no tables of their own."""

    name = "hansatsu.parties.wallets"
    label = "wallets"
