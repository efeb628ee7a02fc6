"""The Django app of programs."""

from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    """Kinds of value."""

    name = "hansatsu.parties.programs"
    label = "programs"
    default_auto_field = "django.db.models.AutoField"
