"""What pages ask about runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from hansatsu.flows.settlement.models import (
    Payable,
    PayableState,
    PayoutRow,
    PayoutRun,
    RowOutcome,
)
from hansatsu.flows.settlement.payouts.choosing import hand_in_day
from hansatsu.flows.settlement.rules import rules_of
from hansatsu.formats.bank_days import next_bank_day
from hansatsu.formats.japan import in_japan
from hansatsu.parties import clock
from hansatsu.parties.issuers.models import Issuer


@dataclass(frozen=True, slots=True)
class Sums:
    """Of a run's rows, in yen: ``owed`` = ``sent`` + ``fees``, those of failed ones among them.
    ``away`` counts the failed ones whose money is not back."""

    shops: int
    residents: int
    owed: int
    sent: int
    fees: int
    failed: int
    failed_yen: int
    away: int


def find_run(issuer: Issuer, run_id: int) -> PayoutRun | None:
    """The issuer's run with this id; None for anybody else's."""
    people = ("prepared_by", "approved_by", "handed_over_by", "marked_by", "dropped_by")
    rows = PayoutRun.objects.of(issuer).select_related("issuer", "follows", *people)
    return rows.filter(pk=run_id).first()


def find_row(issuer: Issuer, row_id: int) -> PayoutRow | None:
    """The issuer's row with this id; None for anybody else's."""
    rows = PayoutRow.objects.of(issuer).select_related(
        "run__issuer", "payable__shop", "transfer__task__order", "transfer__resident"
    )
    return rows.filter(pk=row_id).first()


def paid_in_vain(issuer: Issuer, rows: Sequence[PayoutRow]) -> dict[int, PayoutRow]:
    """By the ids of rows, the last row of an earlier run that was to pay the same, failed, and
    whose money was noted to be back; rows that pay for the first time are not among them."""
    failed = PayoutRow.objects.of(issuer).filter(
        Q(payable__in=[row.payable_id for row in rows if row.payable_id])
        | Q(transfer__in=[row.transfer_id for row in rows if row.transfer_id]),
        outcome=RowOutcome.FAILED,
        returned_on__isnull=False,
    )
    before = {
        (each.payable_id, each.transfer_id): each
        for each in failed.select_related("run", "returned_noted_by").order_by("pk")
    }
    found = {row.pk: before.get((row.payable_id, row.transfer_id)) for row in rows}
    return {pk: each for pk, each in found.items() if each is not None and each.pk != pk}


def sums_of(rows: list[PayoutRow]) -> Sums:
    """What a run's rows come to."""
    failed = [row for row in rows if row.outcome == RowOutcome.FAILED]
    return Sums(
        shops=sum(row.payable_id is not None for row in rows),
        residents=sum(row.transfer_id is not None for row in rows),
        owed=sum(row.yen for row in rows),
        sent=sum(row.net_yen for row in rows),
        fees=sum(row.transfer_fee for row in rows),
        failed=len(failed),
        failed_yen=sum(row.net_yen for row in failed),
        away=sum(row.returned_on is None for row in failed),
    )


def first_pay_day(issuer: Issuer) -> date:
    """The first bank day for which the bank still takes a file today."""
    rules, today = rules_of(issuer), in_japan(clock.now()).date()
    day = next_bank_day(today, rules.own_closed_days)
    while hand_in_day(rules, day) < today:
        day = next_bank_day(day + timedelta(days=1), rules.own_closed_days)
    return day


def proposed_pay_day(issuer: Issuer) -> date:
    """The day that a run is offered for: the next one on which something is due, and the bank still
    takes the file."""
    first = first_pay_day(issuer)
    waiting = Payable.objects.of(issuer).filter(state=PayableState.WAITING, due_on__gte=first)
    due = waiting.order_by("due_on").values_list("due_on", flat=True).first()
    return next_bank_day(due, rules_of(issuer).own_closed_days) if due else first
