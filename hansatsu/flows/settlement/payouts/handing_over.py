"""Handing a run over to the bank: its file is fetched, once by whoever takes it there, and again by
another person only."""

from dataclasses import dataclass
from typing import Literal

from django.db import transaction

from hansatsu.flows.settlement.models import PayoutRun, RunFetch, RunState
from hansatsu.flows.settlement.payouts.approving import hold_shops, is_missed, locked_run
from hansatsu.flows.settlement.payouts.bank_file import open_file
from hansatsu.flows.settlement.payouts.staleness import stale_rows
from hansatsu.parties import clock
from hansatsu.parties.identity.models import Staff
from hansatsu.parties.issuers.deeds import Deed

NotHandedOver = Literal[
    "",
    "not_approved",  # nobody has approved it, or it was dropped
    "missed",  # the bank wanted the file before today
    "stale",  # something of it has changed since it was approved
    "oneself",  # they have fetched it before
]


@dataclass(frozen=True, slots=True)
class Fetched:
    """The file, or why it is not given."""

    content: bytes = b""
    refusal: NotHandedOver = ""


def why_not(run: PayoutRun, by: Staff) -> NotHandedOver:
    """Why ``by`` is not given the file of a run, whatever their role; empty when they are."""
    if run.state in (RunState.PREPARED, RunState.DROPPED):
        return "not_approved"
    if run.state == RunState.APPROVED:
        if is_missed(run):
            return "missed"
        return "stale" if stale_rows(run) else ""
    return "oneself" if run.fetches.filter(by=by).exists() else ""


def fetch(deed: Deed, by: Staff, run: PayoutRun) -> Fetched:
    """Give out the file. The first time hands the run over to the bank; from then on it is not
    dropped any more. Whatever is refused has changed nothing."""
    with transaction.atomic():
        row = locked_run(run)
        hold_shops(row)
        if refusal := why_not(row, by):
            return Fetched(refusal=refusal)
        content = open_file(row)
        RunFetch.objects.create(issuer=row.issuer, run=row, by=by, at=clock.now())
        facts = {"run": row.number, "count": row.count, "total": row.total}
        if row.state == RunState.APPROVED:
            row.state = RunState.HANDED_OVER
            row.handed_over_by, row.handed_over_at = by, clock.now()
            row.save(update_fields=["state", "handed_over_by", "handed_over_at"])
            deed.record(
                "run_handed_over",
                row.subject,
                before={"state": RunState.APPROVED.value},
                after={
                    "state": RunState.HANDED_OVER.value,
                    "file_sha256": row.file_sha256,
                    **facts,
                },
            )
        else:
            deed.record(
                "run_fetched_again",
                row.subject,
                after={"file_sha256": row.file_sha256, **facts},
            )
    return Fetched(content)
