"""Django's handle on the ledger's migrations; the ledger itself needs no Django."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "hansatsu.ledger"
    label = "ledger"
