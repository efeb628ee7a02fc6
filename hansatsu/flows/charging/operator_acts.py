"""What an operator does with money that pays for nothing yet, or is gone for good."""

from django.db import transaction

from hansatsu.flows.charging import order_machine
from hansatsu.flows.charging.models import TO_NOTE, Task, TaskKind, TaskState
from hansatsu.flows.charging.operator_tasks import NOTED
from hansatsu.flows.charging.refunds import lock_task
from hansatsu.parties import clock
from hansatsu.parties.issuers.deeds import Deed


def charge_again(task: Task, deed: Deed) -> order_machine.Charged:
    """Try once more to issue what a paid order is worth: its wallet had no room, or was frozen."""
    with transaction.atomic():
        locked = lock_task(task)
        outcome = order_machine.charge(locked.order)
        if outcome == "charged":
            deed.record("order_charged", locked.order.subject)
    return outcome


def take_note(task: Task, deed: Deed) -> bool:
    """Take note of money that is away, what follows from it having been done elsewhere. False for
    every other task, and one that is done: these end with their money."""
    with transaction.atomic():
        locked = lock_task(task)
        if locked.kind not in TO_NOTE or locked.state == TaskState.DONE:
            return False
        locked.state, locked.reason, locked.done_at = TaskState.DONE, NOTED, clock.now()
        locked.save(update_fields=["state", "reason", "done_at"])
        act = "shortfall_noted" if locked.kind == TaskKind.SHORTFALL else "dispute_noted"
        deed.record(act, locked.order.subject, after={"amount": locked.yen})
    return True
