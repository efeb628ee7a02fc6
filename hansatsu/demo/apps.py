"""The Django app of the demo."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The demo town. It has no tables of its own."""

    name = "hansatsu.demo"
    label = "demo"
