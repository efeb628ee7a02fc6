"""The Django app of payments."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """Payments. They have no tables of their own: the ledger keeps them."""

    name = "hansatsu.flows.payments"
    label = "payments"
