"""What the bank did with a run: paid, but for single transfers that it could not make.

A failed one is owed again once its money is back. The bank tells of some only after the run was
marked: a row that was taken for paid may fail then.
"""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from django.db import transaction

from hansatsu.flows.charging import bank_transfers
from hansatsu.flows.settlement.models import (
    Payable,
    PayableState,
    PayoutRow,
    PayoutRun,
    RowOutcome,
    RunState,
)
from hansatsu.flows.settlement.payouts.approving import locked_run
from hansatsu.flows.settlement.payouts.staleness import rows_of
from hansatsu.formats.japan import in_japan
from hansatsu.parties import clock
from hansatsu.parties.identity.models import Staff
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.issuers.names import shop_name

NotMarked = Literal[
    "",
    "not_handed_over",
    "marked",  # it is marked already
    "too_early",  # its day has not come
    "unknown_row",  # a row that is said to have failed is not of this run
]

NotFailed = Literal[
    "",
    "not_marked",  # the run itself is not marked yet
    "failed",  # it is on record already
]

NotPaidAfterAll = Literal[
    "",
    "not_failed",
    "returned",  # its money is back: it is paid by another run
]

NotReturned = Literal[
    "",
    "not_failed",
    "returned",  # it is on record already
    "wrong_yen",  # nothing, or more than was sent
    "wrong_day",  # before the run was paid, or not come yet
]


def mark_paid(
    deed: Deed, by: Staff, run: PayoutRun, *, failed: Mapping[int, str] | None = None
) -> NotMarked:
    """Note that the bank has paid a run, on its day or later: all rows, but for those in ``failed``
    (by their places in the file, each with the bank's reason)."""
    failed = failed or {}
    with transaction.atomic():
        row = locked_run(run)
        if row.state == RunState.PAID:
            return "marked"
        if row.state != RunState.HANDED_OVER:
            return "not_handed_over"
        if in_japan(clock.now()).date() < row.pay_on:
            return "too_early"
        rows = rows_of(row)
        if failed.keys() - {each.place for each in rows}:
            return "unknown_row"
        paid = [each for each in rows if each.place not in failed]
        row.state, row.marked_by, row.marked_at = RunState.PAID, by, clock.now()
        row.save(update_fields=["state", "marked_by", "marked_at"])
        _pay(row, deed, paid)
        for each in rows:
            if each.place in failed:
                _fail(each, failed[each.place])
        deed.record(
            "run_paid",
            row.subject,
            before={"state": RunState.HANDED_OVER.value},
            after={
                "state": RunState.PAID.value,
                "run": row.number,
                "count": len(paid),
                "total": sum(each.net_yen for each in paid),
                "failed": len(failed),
                "failed_total": row.total - sum(each.net_yen for each in paid),
            },
        )
    return ""


def fail_row(deed: Deed, row: PayoutRow, reason: str) -> NotFailed:
    """Note that the bank could not make one transfer of a run that was marked as paid.

    Args:
        deed: who says so, and why.
        row: which one.
        reason: in the bank's words, as 口座名義相違.
    """
    with transaction.atomic():
        run = locked_run(row.run)
        held = _held(row)
        if run.state != RunState.PAID:
            return "not_marked"
        if held.outcome == RowOutcome.FAILED:
            return "failed"
        _fail(held, reason)
        deed.record(
            "run_row_failed",
            run.subject,
            before={"state": RowOutcome.PAID.value},
            after={
                "state": RowOutcome.FAILED.value,
                "run": run.number,
                "place": held.place,
                "amount": held.net_yen,
                "failed_reason": reason,
            },
            things=things_of(held),
        )
    return ""


def paid_after_all(deed: Deed, row: PayoutRow) -> NotPaidAfterAll:
    """Note that a transfer which was said to have failed was paid: it was another one, or the bank
    tried again. Not once its money is back."""
    with transaction.atomic():
        run = locked_run(row.run)
        held = _held(row)
        if held.outcome != RowOutcome.FAILED:
            return "not_failed"
        if held.returned_on is not None:
            return "returned"
        before = held.failed_reason
        _pay(run, deed, [held])
        deed.record(
            "run_row_paid",
            run.subject,
            before={"state": RowOutcome.FAILED.value, "failed_reason": before},
            after={
                "state": RowOutcome.PAID.value,
                "run": run.number,
                "place": held.place,
                "amount": held.net_yen,
            },
            things=things_of(held),
        )
    return ""


def take_back(deed: Deed, by: Staff, row: PayoutRow, *, on: date, yen: int) -> NotReturned:
    """Note that the money of a failed transfer is back in the issuer's account: what it was to pay
    waits for the next run, which pays to the account of then; a resident is asked for another one.

    Args:
        deed: who says so, and why.
        by: the same person.
        row: the failed one.
        on: the day on which it came back.
        yen: how much of it did; a bank may keep a fee.
    """
    with transaction.atomic():
        run = locked_run(row.run)
        held = _held(row)
        if held.outcome != RowOutcome.FAILED:
            return "not_failed"
        if held.returned_on is not None:
            return "returned"
        if not 1 <= yen <= held.net_yen:
            return "wrong_yen"
        if not _earliest(run) <= on <= in_japan(clock.now()).date():
            return "wrong_day"
        held.returned_on, held.returned_yen, held.returned_noted_by = on, yen, by
        held.released_at = clock.now()
        held.save(update_fields=["returned_on", "returned_yen", "returned_noted_by", "released_at"])
        if held.payable_id is not None:
            Payable.objects.filter(pk=held.payable_id).update(state=PayableState.WAITING)
        if held.transfer is not None:
            bank_transfers.came_back(held.transfer, deed)
        deed.record(
            "run_row_returned",
            run.subject,
            after={
                "run": run.number,
                "place": held.place,
                "amount": yen,
                "returned_on": on.isoformat(),
            },
            things=things_of(held),
        )
    return ""


def things_of(row: PayoutRow) -> list[str]:
    """What a row is about, as the audit log names it."""
    if row.payable is not None:
        return [shop_name(row.payable.shop_id)]
    return [row.transfer.task.order.subject] if row.transfer else []


def _earliest(run: PayoutRun) -> date:
    """Nothing comes back before the bank has the file."""
    assert run.handed_over_at is not None
    return in_japan(run.handed_over_at).date()


def _pay(run: PayoutRun, deed: Deed, rows: list[PayoutRow]) -> None:
    places = [each.place for each in rows]
    PayoutRow.objects.filter(run=run, place__in=places).update(
        outcome=RowOutcome.PAID, failed_reason=""
    )
    payables = [each.payable_id for each in rows if each.payable_id]
    Payable.objects.filter(pk__in=payables, state=PayableState.IN_RUN).update(
        state=PayableState.PAID, paid_at=run.marked_at
    )
    transfers = [each.transfer for each in rows if each.transfer]
    for transfer in bank_transfers.in_order_of_locks(transfers):
        bank_transfers.mark_paid(transfer, deed)


def _fail(row: PayoutRow, reason: str) -> None:
    row.outcome, row.failed_reason = RowOutcome.FAILED, reason
    row.save(update_fields=["outcome", "failed_reason"])
    if row.payable_id is not None:
        Payable.objects.filter(pk=row.payable_id).update(state=PayableState.IN_RUN, paid_at=None)


def _held(row: PayoutRow) -> PayoutRow:
    rows = PayoutRow.objects.select_related(
        "payable__shop", "transfer__task__order", "transfer__task__payment"
    )
    return rows.select_for_update(of=("self",)).get(pk=row.pk)
