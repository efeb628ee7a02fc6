"""Approving a run, or dropping it: what one person prepared, another lets go to the bank.

Order of locks: the run's row, then shops, then payables, then orders.
"""

from typing import Literal

from django.db import transaction

from hansatsu.flows.charging import bank_transfers
from hansatsu.flows.settlement.models import (
    Payable,
    PayableState,
    PayoutRow,
    PayoutRun,
    RunState,
)
from hansatsu.flows.settlement.payouts.choosing import paid_versions
from hansatsu.flows.settlement.payouts.staleness import rows_of, stale_rows
from hansatsu.formats.japan import in_japan
from hansatsu.parties import clock
from hansatsu.parties.identity.models import Staff
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.shops.locking import lock_ids

NotApproved = Literal[
    "",
    "decided",  # somebody was faster, or it was dropped
    "oneself",  # they prepared it
    "entered_account",  # they entered an account that it pays the first time
    "missed",  # the bank wanted the file before today
    "stale",  # something of it has changed since
    "other_total",  # they have another total before them
]
"""Why a run was not approved; empty when it was."""

NotDropped = Literal[
    "",
    "handed_over",  # the bank may have it
    "decided",  # it is dropped already
]


def locked_run(run: PayoutRun) -> PayoutRun:
    """The run as it is now, held until the caller's transaction ends."""
    rows = PayoutRun.objects.select_related("issuer").select_for_update(of=("self",), no_key=True)
    return rows.get(pk=run.pk)


def is_missed(run: PayoutRun) -> bool:
    """True when the bank wanted the file before today, and nobody has handed it over."""
    if run.state not in (RunState.PREPARED, RunState.APPROVED):
        return False
    return run.hand_in_by < in_japan(clock.now()).date()


def why_not(run: PayoutRun, by: Staff) -> NotApproved:
    """Why ``by`` may not approve the run, whatever their role; empty when they may."""
    if run.state != RunState.PREPARED:
        return "decided"
    if run.prepared_by_id == by.pk:
        return "oneself"
    if by.actor in who_entered(run):
        return "entered_account"
    if is_missed(run):
        return "missed"
    return "stale" if stale_rows(run) else ""


def who_entered(run: PayoutRun) -> frozenset[str]:
    """Who entered an account that the run pays the first time, as ``staff:7``."""
    versions = [(row.payable, row.account_version) for row in rows_of(run)]
    paid = paid_versions(run.issuer, {payable.shop_id for payable, _ in versions if payable})
    return frozenset(
        version.entered_by
        for payable, version in versions
        if payable and version and version.pk not in paid.get(payable.shop_id, set())
    ) - {""}


def approve(deed: Deed, by: Staff, run: PayoutRun, *, total: int) -> NotApproved:
    """Let a run go to the bank. A refusal changes nothing.

    Args:
        deed: who approves, and why.
        by: the same person.
        run: what was prepared.
        total: the yen that they read and wrote down.
    """
    with transaction.atomic():
        row = locked_run(run)
        hold_shops(row)
        if why := why_not(row, by):
            return why
        if total != row.total:
            return "other_total"
        row.state, row.approved_by, row.approved_at = RunState.APPROVED, by, clock.now()
        row.save(update_fields=["state", "approved_by", "approved_at"])
        deed.record(
            "run_approved",
            row.subject,
            before={"state": RunState.PREPARED.value},
            after={
                "state": RunState.APPROVED.value,
                "run": row.number,
                "count": row.count,
                "total": row.total,
                "file_sha256": row.file_sha256,
            },
        )
    return ""


def drop(deed: Deed, by: Staff, run: PayoutRun) -> NotDropped:
    """Drop a run that was not handed over: what it pays waits again, for the next one."""
    with transaction.atomic():
        row = locked_run(run)
        if row.state == RunState.DROPPED:
            return "decided"
        if row.state not in (RunState.PREPARED, RunState.APPROVED):
            return "handed_over"
        before = row.state
        row.state, row.dropped_by, row.dropped_at = RunState.DROPPED, by, clock.now()
        row.dropped_reason = deed.reason
        row.save(update_fields=["state", "dropped_by", "dropped_at", "dropped_reason"])
        _release(row)
        deed.record(
            "run_dropped",
            row.subject,
            before={"state": before},
            after={
                "state": RunState.DROPPED.value,
                "run": row.number,
                "count": row.count,
                "total": row.total,
            },
        )
    return ""


def hold_shops(run: PayoutRun) -> None:
    """Hold the shops that a run pays, so that nobody changes their accounts meanwhile."""
    shops = PayoutRow.objects.filter(run=run, payable__isnull=False)
    lock_ids(run.issuer, sorted(set(shops.values_list("payable__shop_id", flat=True))))


def _release(run: PayoutRun) -> None:
    rows = rows_of(run)
    Payable.objects.filter(
        pk__in=[row.payable_id for row in rows if row.payable_id], state=PayableState.IN_RUN
    ).update(state=PayableState.WAITING)
    transfers = [row.transfer for row in rows if row.transfer]
    for transfer in bank_transfers.in_order_of_locks(transfers):
        bank_transfers.take_out_of_run(transfer)
    PayoutRow.objects.filter(run=run).update(released_at=run.dropped_at)
