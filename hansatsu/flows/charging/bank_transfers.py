"""Bank transfers that are owed: whose account is shown on request only, and paid once.

The office transfers the money at its bank, and says here that it did.
"""

from typing import Literal

from django.db import transaction

from hansatsu.flows.charging import letters, order_machine
from hansatsu.flows.charging.models import TaskState, Transfer, TransferState
from hansatsu.flows.charging.refund_states import money_away
from hansatsu.flows.charging.refunds import lock_task
from hansatsu.parties import clock
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.seals.bank_accounts import BankAccount, open_account

MarkedPaid = Literal[
    "paid",
    "changed",  # it is less than what was shown: nothing is noted before that was seen
    "not_waiting",  # it is paid already, or the money went another way
    "disputed",  # the money has left another way: it would go twice
]


def show_account(transfer: Transfer, deed: Deed) -> BankAccount:
    """The whole account of a transfer. That it was looked at is on record."""
    with transaction.atomic():
        deed.record("account_shown", transfer.task.order.subject)
    return open_account(transfer.account)


def masked_account(transfer: Transfer) -> str:
    """As lists may show it."""
    return open_account(transfer.account).masked


def mark_paid(transfer: Transfer, deed: Deed, *, shown: int | None = None) -> MarkedPaid:
    """Note that a transfer was made at the bank, and tell its payee: its money is not with us any
    more. Returns why not, and changes nothing, when it must not be made.

    Args:
        transfer: which one.
        deed: who says so, for the audit log.
        shown: the yen that its page said; None of a page of the version before, which did not tell.
    """
    with transaction.atomic():
        task = lock_task(transfer.task)
        locked = Transfer.objects.select_for_update().get(pk=transfer.pk)
        payment = task.payment
        if locked.state != TransferState.WAITING or task.state != TaskState.READY:
            return "not_waiting"
        if money_away(payment).undecided or locked.yen > payment.left:
            return "disputed"
        if shown not in (None, locked.yen):
            return "changed"
        locked.state, locked.paid_at = TransferState.PAID, clock.now()
        locked.save(update_fields=["state", "paid_at"])
        order_machine.settle_money(task.order, payment)
        letters.transferred(task.order, locked.yen, open_account(locked.account))
        deed.record("transfer_paid", task.order.subject, after={"amount": locked.yen})
    return "paid"
