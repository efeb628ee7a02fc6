"""A month is prepared by one person, and signed by another who found it so, too."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Literal

from django.db import transaction
from django.db.models import QuerySet

from hansatsu.flows.settlement.cuts import is_cut
from hansatsu.flows.settlement.models import BankLine, Reconciliation, ReconciliationState
from hansatsu.flows.settlement.reconciliation.figures import Found, found_until
from hansatsu.flows.settlement.reconciliation.frozen import (
    GENESIS,
    Line,
    as_json,
    freeze,
    hash_of,
    lines_of,
    thaw,
)
from hansatsu.flows.settlement.reconciliation.months import Month, month_of
from hansatsu.flows.settlement.rules import locked_rules
from hansatsu.parties import clock
from hansatsu.parties.identity.models import Staff
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.issuers.models import Issuer

MOST_LINES: Final = 20

S = ReconciliationState
NotPrepared = Literal[
    "",
    "not_over",  # the month goes on, or is not cut yet
    "no_lines",  # no bank line says what is in the account
    "already",  # it is prepared, or signed
    "before",  # an earlier month is not signed, or a later one is
    "changed",  # the difference is not the one that was shown
    "unexplained",  # the lines are not the difference
]
NotSigned = Literal[
    "",
    "decided",  # somebody was faster
    "oneself",
    "changed",  # something of the month is not any more as it was prepared
]


@dataclass(frozen=True, slots=True)
class Wanted:
    """``lines`` that explain a difference of ``shown`` yen."""

    month: Month
    lines: Sequence[Line]
    shown: int


def standing(issuer: Issuer, month: Month) -> Reconciliation | None:
    """What was prepared or signed of a month, and not dropped."""
    return _standing(issuer).filter(last_day=month.last_day).first()


def found_now(issuer: Issuer, month: Month) -> Found:
    """What a month comes to by all that is known now."""
    return found_until(issuer, month, _explained_before(issuer, month))


def tasks_before(issuer: Issuer, month: Month) -> list[Line]:
    """What the last signed month before this one left to find out."""
    before = _signed_before(issuer, month).order_by("-last_day").first()
    return [line for line in lines_of(before) if line.kind == "task"] if before else []


def prepare(deed: Deed, by: Staff, wanted: Wanted) -> NotPrepared:
    """Freeze a month as it is now; nothing when why not is returned."""
    issuer, month = deed.actor.issuer, wanted.month
    with transaction.atomic():
        locked_rules(issuer)
        refusal = why_not_prepared(issuer, month)
        if refusal:
            return refusal
        found = found_now(issuer, month)
        if found.difference != wanted.shown:
            return "changed"
        if sum(line.yen for line in wanted.lines) != found.difference:
            return "unexplained"
        before = _signed_before(issuer, month).order_by("-last_day").first()
        row = Reconciliation(
            issuer=issuer,
            last_day=month.last_day,
            cut_at=month.cut_at,
            figures=freeze(issuer, month, found),
            lines=as_json(wanted.lines),
            bank=found.bank,
            expected=found.expected,
            difference=found.difference,
            previous_hash=bytes(before.hash) if before else GENESIS,
            prepared_by=by,
            prepared_name=by.display_name,
            prepared_at=clock.now(),
        )
        row.hash = hash_of(issuer, row)
        row.save(force_insert=True)
        deed.record("reconciliation_prepared", row.subject, after=_facts(row))
    return ""


def why_not_prepared(issuer: Issuer, month: Month) -> NotPrepared:
    """Why a month cannot be prepared now, whatever explains it; empty when it can."""
    if not month.is_over or not is_cut(issuer, month.cut_at):
        return "not_over"
    if not BankLine.objects.of(issuer).filter(day__lte=month.last_day).exists():
        return "no_lines"
    if standing(issuer, month) is not None:
        return "already"
    last = _standing(issuer).order_by("-last_day").first()
    if last is None:
        return ""
    next_one = month_of(last.last_day + timedelta(days=1))
    is_next = last.state == S.SIGNED and next_one == month
    return "" if is_next else "before"


def sign(deed: Deed, by: Staff, reconciliation: Reconciliation) -> NotSigned:
    """Sign what somebody else prepared, when the month still is as it was found."""
    issuer = reconciliation.issuer
    with transaction.atomic():
        locked_rules(issuer)
        row = Reconciliation.objects.select_for_update(of=("self",)).get(pk=reconciliation.pk)
        if row.state != S.PREPARED:
            return "decided"
        if row.prepared_by_id == by.pk:
            return "oneself"
        if has_changed(row):
            return "changed"
        row.state, row.signed_by, row.signed_at = S.SIGNED, by, clock.now()
        row.signed_name = by.display_name
        row.save(update_fields=["state", "signed_by", "signed_name", "signed_at"])
        deed.record("reconciliation_signed", row.subject, after=_facts(row))
    return ""


def has_changed(row: Reconciliation) -> bool:
    """True when the month comes to something else than was prepared."""
    month = Month(row.last_day)
    return bool(freeze(row.issuer, month, found_now(row.issuer, month)) != row.figures)


def drop(deed: Deed, by: Staff, reconciliation: Reconciliation) -> Literal["", "decided"]:
    """Drop what is not signed: the month can be prepared anew."""
    with transaction.atomic():
        row = Reconciliation.objects.select_for_update(of=("self",)).get(pk=reconciliation.pk)
        if row.state != S.PREPARED:
            return "decided"
        row.state, row.dropped_by, row.dropped_at = S.DROPPED, by, clock.now()
        row.dropped_reason = deed.reason
        row.save(update_fields=["state", "dropped_by", "dropped_at", "dropped_reason"])
        deed.record("reconciliation_dropped", row.subject, after=_facts(row))
    return ""


def found_then(row: Reconciliation) -> Found:
    """What was prepared."""
    return thaw(row.figures)


def _standing(issuer: Issuer) -> "QuerySet[Reconciliation]":
    return Reconciliation.objects.of(issuer).exclude(state=S.DROPPED).select_related("issuer")


def _signed_before(issuer: Issuer, month: Month) -> "QuerySet[Reconciliation]":
    return Reconciliation.objects.of(issuer).filter(state=S.SIGNED, last_day__lt=month.last_day)


def _explained_before(issuer: Issuer, month: Month) -> int:
    before = [line for row in _signed_before(issuer, month) for line in lines_of(row)]
    return sum(line.yen for line in before if line.kind == "explained")


def _facts(row: Reconciliation) -> dict[str, Any]:
    return {
        "month": row.last_day.isoformat()[:7],
        "bank": row.bank,
        "expected": row.expected,
        "difference": row.difference,
    }
