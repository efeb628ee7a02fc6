"""The Django app of the relay: it has no tables, but its jobs are looked for in apps."""

from django.apps import AppConfig


class RelayConfig(AppConfig):
    """The relay."""

    name = "hansatsu.messages.relay"
    label = "relay"
