"""What operators ask: which money waits for a person, and what belongs to an order."""

from datetime import timedelta

from django.db.models import QuerySet

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.charging.models import (
    Order,
    ProviderPayment,
    Task,
    TaskState,
    Transfer,
    TransferState,
)
from hansatsu.ledger import api as ledger
from hansatsu.parties import clock
from hansatsu.parties.issuers.models import Issuer

LINK_WAITS = timedelta(days=7)
"""For so long an operator need not ask why a payer has not named an account."""


def open_tasks(issuer: Issuer) -> QuerySet[Task]:
    """All that is not done, longest waiting first."""
    tasks = Task.objects.of(issuer).exclude(state=TaskState.DONE)
    return tasks.select_related("order__resident", "payment").order_by("made_at", "id")


def wants_a_person(task: Task) -> bool:
    """Whether an operator can do something now; else somebody else's turn is awaited."""
    if task.state == TaskState.ASKED:
        return task.made_at <= clock.now() - LINK_WAITS
    return task.state in (TaskState.OPEN, TaskState.READY)


def find_task(issuer: Issuer, task_id: int) -> Task | None:
    """One of the issuer's tasks, done or not; None for another's."""
    tasks = Task.objects.of(issuer).select_related("issuer", "order__resident", "payment")
    return tasks.filter(pk=task_id).first()


def waiting_transfers(issuer: Issuer) -> QuerySet[Transfer]:
    """Transfers that are to be made at the bank, longest waiting first. One whose money went
    another way is none of them."""
    transfers = Transfer.objects.of(issuer).filter(
        state=TransferState.WAITING, task__state=TaskState.READY
    )
    return transfers.select_related("task__order", "resident").order_by("made_at", "id")


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
