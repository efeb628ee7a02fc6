"""Bank transfers that are owed to residents: whose account is shown on request only, and paid once.

The money goes out with a payout run (``settlement``), so that two people have seen it: a transfer
is put into one, and is paid by it, or waits again. Order of locks: order, task, transfer.
"""

from collections.abc import Iterable
from typing import Literal

from django.db import transaction

from hansatsu.flows.charging import letters, order_machine
from hansatsu.flows.charging.models import TaskState, Transfer, TransferState
from hansatsu.flows.charging.refund_states import money_away
from hansatsu.flows.charging.refunds import ask_for_account, lock_task
from hansatsu.parties import clock
from hansatsu.parties.issuers.alarms import raise_alarm
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.seals.bank_accounts import BankAccount, open_account

WhyNot = Literal[
    "",
    "changed",  # it is of another sum, or goes to another account, than what was shown
    "not_waiting",  # it is paid already, or the money went another way
    "disputed",  # the money has left another way: it would go twice
]
"""Why a transfer must not go out; empty when it may."""

MarkedPaid = Literal[
    "paid",
    "not_in_run",  # it is paid already, or no run pays it
]


def show_account(transfer: Transfer, deed: Deed) -> BankAccount:
    """The whole account of a transfer. That it was looked at is on record."""
    with transaction.atomic():
        deed.record("account_shown", transfer.task.order.subject)
    return open_account(transfer.account)


def masked_account(transfer: Transfer) -> str:
    """As lists may show it."""
    return open_account(transfer.account).masked


def ready_transfers(issuer: Issuer) -> list[Transfer]:
    """What residents are owed and no run pays yet, the oldest first."""
    rows = Transfer.objects.of(issuer).filter(
        state=TransferState.WAITING, task__state=TaskState.READY
    )
    return list(rows.select_related("task__order", "task__payment", "resident").order_by("pk"))


def why_not(transfer: Transfer, yen: int, account: str) -> WhyNot:
    """Why ``yen`` must not be sent to the (sealed) ``account`` for a transfer, as things are."""
    payment = transfer.task.payment
    if transfer.state == TransferState.PAID or transfer.task.state != TaskState.READY:
        return "not_waiting"
    if money_away(payment).undecided or transfer.yen > payment.left:
        return "disputed"
    return "" if (transfer.yen, transfer.account) == (yen, account) else "changed"


def put_in_run(transfer: Transfer, *, shown: int) -> WhyNot:
    """Have a run pay the transfer, in the caller's transaction. Returns why not, and changes
    nothing, when it must not go out, or is not of the yen that was ``shown``."""
    locked = _locked(transfer)
    if locked.state != TransferState.WAITING:
        return "not_waiting"
    why = why_not(locked, shown, transfer.account)
    if not why:
        locked.state = TransferState.IN_RUN
        locked.save(update_fields=["state"])
    return why


def take_out_of_run(transfer: Transfer) -> None:
    """Have the transfer wait again, in the caller's transaction: its run is dropped. What became
    less meanwhile is lowered now."""
    locked = _locked(transfer)
    if locked.state == TransferState.IN_RUN:
        locked.state, locked.yen = TransferState.WAITING, min(locked.yen, locked.task.yen)
        locked.save(update_fields=["state", "yen"])
        order_machine.settle_money(locked.task.order, locked.task.payment)


def mark_paid(transfer: Transfer, deed: Deed) -> MarkedPaid:
    """Note that the bank has made a transfer, and tell its payee: its money is not with us any
    more. That is a fact, also where the money has left another way meanwhile; then it was sent
    twice, and the issuer is told."""
    with transaction.atomic():
        locked = _locked(transfer)
        if locked.state != TransferState.IN_RUN:
            return "not_in_run"
        task, payment = locked.task, locked.task.payment
        if task.state != TaskState.READY or locked.yen > payment.left:
            raise_alarm(
                task.issuer,
                kind="refunded_twice",
                subject=task.order.subject,
                text=f"返金{locked.yen:,}円を銀行から振り込みましたが、代金はすでに別の方法で戻っていました。"
                "二重に返した分を確かめてください。",
            )
        locked.state, locked.paid_at = TransferState.PAID, clock.now()
        locked.save(update_fields=["state", "paid_at"])
        order_machine.settle_money(task.order, payment)
        letters.transferred(task.order, locked.yen, open_account(locked.account))
        deed.record("transfer_paid", task.order.subject, after={"amount": locked.yen})
    return "paid"


def came_back(transfer: Transfer, deed: Deed) -> None:
    """Have the payer name another account, in the caller's transaction: the bank could not pay to
    this one, whatever it said at first, and the money is with us again."""
    locked = _locked(transfer)
    if locked.state == TransferState.WAITING:
        return
    locked.state, locked.paid_at = TransferState.WAITING, None
    locked.save(update_fields=["state", "paid_at"])
    order_machine.settle_money(locked.task.order, locked.task.payment)
    task = lock_task(transfer.task)
    if task.state in (TaskState.OPEN, TaskState.READY):
        ask_for_account(task)
        deed.record("account_asked", task.order.subject, after={"amount": task.yen})


def in_order_of_locks(transfers: Iterable[Transfer]) -> list[Transfer]:
    """In the order in which several are to be held."""
    return sorted(transfers, key=lambda each: (each.task.order_id, each.task_id))


def _locked(transfer: Transfer) -> Transfer:
    task = lock_task(transfer.task)
    locked = Transfer.objects.select_for_update().get(pk=transfer.pk)
    locked.task = task
    return locked
