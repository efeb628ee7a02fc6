"""チャージ額確認: agreeing, and finding out before paying what would go wrong after."""

from django.db import transaction

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.charging import order_machine
from hansatsu.flows.charging.models import Order
from hansatsu.flows.charging.product_lots import lots_of
from hansatsu.ledger import api as ledger
from hansatsu.parties import clock


def confirm_order(order: Order) -> None:
    """The resident has seen what is bought and agrees."""
    with transaction.atomic():
        order_machine.confirm(order_machine.lock(order))


def why_not_charged(order: Order) -> str:
    """Why the wallet could not take the value now (``over_limit``, ``closed`` …); empty when it
    could. Found by issuing it and taking all of that back: the rule stands once."""
    now = clock.now()
    request = ledger.Request.of(order.actor, "rehearsal")
    wallet = order.resident.wallet_id
    issue = ledger.Issue(request, order.issuer_id, wallet, lots_of(order.product, order.price, now))
    connection = ledger_connection()
    with connection.transaction(force_rollback=True):
        (outcome,) = ledger.issue_set(connection, [issue])
    return "" if outcome.issued else outcome.outcome
