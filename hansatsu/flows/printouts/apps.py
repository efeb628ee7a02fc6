"""The Django app of print files."""

from django.apps import AppConfig


class PrintoutsConfig(AppConfig):
    """Print files."""

    name = "hansatsu.flows.printouts"
    label = "printouts"
