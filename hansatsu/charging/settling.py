"""What an operator does with money that pays for nothing yet, or is gone for good."""

from typing import Literal

from django.db import transaction

from hansatsu.charging import machine
from hansatsu.charging.giving_back import lock_task
from hansatsu.charging.models import Task, TaskKind, TaskState
from hansatsu.charging.todo import close_tasks
from hansatsu.issuers.deeds import Deed

Charged = Literal[
    "charged",
    "not_charged",  # the wallet cannot take it yet
    "leaving",  # the money is on its way back, or was
    "not_paid",  # the order does not wait for it
]


def charge_again(task: Task, deed: Deed) -> Charged:
    """Try once more to issue what a paid order is worth: its wallet had no room, or was frozen."""
    with transaction.atomic():
        locked = lock_task(task)
        outcome = machine.charge(locked.order)
        if outcome == "charged":
            deed.record("order_charged", f"order:{locked.order.number}")
    match outcome:
        case "charged" | "not_charged" | "leaving":
            return outcome
    return "not_paid"


def take_note(task: Task, deed: Deed) -> bool:
    """Take note of a dispute that was lost, what follows from it having been done elsewhere. False
    for every other task, and one that is done: these end with their money."""
    with transaction.atomic():
        locked = lock_task(task)
        if locked.kind != TaskKind.DISPUTE_LOST or locked.state == TaskState.DONE:
            return False
        close_tasks(locked.payment, TaskKind.DISPUTE_LOST)
        deed.record("dispute_noted", f"order:{locked.order.number}", after={"amount": locked.yen})
    return True
