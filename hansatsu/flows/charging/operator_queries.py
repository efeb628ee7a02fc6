"""What operators ask: one task, transfer or order, and what belongs to an order."""

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.charging.models import Order, ProviderPayment, Task, Transfer
from hansatsu.ledger import api as ledger
from hansatsu.parties.issuers.models import Issuer


def find_task(issuer: Issuer, task_id: int) -> Task | None:
    """One of the issuer's tasks, done or not; None for another's."""
    tasks = Task.objects.of(issuer).select_related("issuer", "order__resident", "payment")
    return tasks.filter(pk=task_id).first()


def find_transfer(issuer: Issuer, transfer_id: int) -> Transfer | None:
    """One of the issuer's transfers, paid or not; None for another's."""
    transfers = Transfer.objects.of(issuer).select_related("issuer", "task__order", "resident")
    return transfers.filter(pk=transfer_id).first()


def find_issuers_order(issuer: Issuer, order_id: int) -> Order | None:
    """One of the issuer's orders; None for another's."""
    orders = Order.objects.of(issuer).select_related(
        "issuer", "resident__issuer", "product__sale", "purchase_code"
    )
    return orders.filter(pk=order_id).first()


def payments_of(order: Order) -> list[ProviderPayment]:
    """The money that came for an order, oldest first."""
    return list(order.payments.order_by("id"))


def value_of(order: Order) -> ledger.IssueStanding | None:
    """What has become of what an order issued; None when it issued nothing."""
    if order.wallet_id is None or order.seq is None:
        return None
    return ledger.issue_standing(ledger_connection(), order.issuer_id, order.wallet_id, order.seq)


def tasks_of(order: Order) -> list[Task]:
    """What had and has to be done about it, oldest first."""
    return list(order.tasks.select_related("payment").order_by("id"))
