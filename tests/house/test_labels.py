"""What a database calls its parts after: the labels of apps, and the names of jobs. Packages move
and are renamed; these stay, or an installation loses its tables, its permissions and the jobs that
wait in it."""

from typing import Any

from django.apps import apps
from django.db.migrations.loader import MigrationLoader
from procrastinate.contrib.django import app

LABELS = {
    "hansatsu.demo": "demo",
    "hansatsu.flows.charging": "charging",
    "hansatsu.flows.payments": "payments",
    "hansatsu.flows.printouts": "printouts",
    "hansatsu.flows.settlement": "settlement",
    "hansatsu.flows.reminders": "reminders",
    "hansatsu.flows.support": "support",
    "hansatsu.ledger": "ledger",
    "hansatsu.messages.mail": "notifications",
    "hansatsu.messages.relay": "relay",
    "hansatsu.messages.webhooks": "webhooks",
    "hansatsu.parties.cards": "cards",
    "hansatsu.parties.gifts": "gifts",
    "hansatsu.parties.identity": "identity",
    "hansatsu.parties.issuers": "issuers",
    "hansatsu.parties.programs": "programs",
    "hansatsu.parties.shops": "shops",
    "hansatsu.parties.wallets": "wallets",
    "hansatsu.web": "web",
}
"""Every app of ours and its label. An app that moves changes its name on the left, and keeps what
stands on the right."""


def ours() -> list[Any]:
    return [each for each in apps.get_app_configs() if each.name.split(".")[0] == "hansatsu"]


def test_labels_stay() -> None:
    assert {each.name: each.label for each in ours()} == LABELS


def test_tables_are_called_after_the_labels() -> None:
    for each in ours():
        for model in each.get_models():
            assert model._meta.db_table == f"{each.label}_{model._meta.model_name}"


def test_migrations_are_found_under_the_labels() -> None:
    """An app whose migrations were left behind would be made anew, beside its old tables."""
    found = {label for label, _name in MigrationLoader(None).disk_migrations}
    with_tables = {each.label for each in ours() if list(each.get_models())}
    assert found >= with_tables | {"ledger"}


def test_jobs_are_not_called_after_modules() -> None:
    """A job in the queue names its task; a task without a name of its own has its module's."""
    app.perform_import_paths()
    assert [name for name in app.tasks if "hansatsu" in name] == []
