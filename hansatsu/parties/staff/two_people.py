"""What one person proposes and another decides, for models of flows.

A row is proposed, and then approved or declined, once. Nobody approves what they proposed: the
functions say so to people, the database refuses it whatever is written. Who decides holds the row
(``locked``), asks ``why_not``, does what was proposed, and saves it with ``decide``: one
transaction.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from django.db import models
from django.db.models import F, Q

from hansatsu.parties import clock
from hansatsu.parties.identity.models import Staff

LAPSES_AFTER: Final = timedelta(days=7)
"""How long a proposal waits: one that nobody looked at for so long speaks of another state of
things than there is now."""

WhyNot = Literal["", "decided", "oneself", "lapsed"]
"""Why somebody may not approve; empty when they may. ``decided``: somebody was faster.
``oneself``: it is their own proposal. ``lapsed``: nobody decided in time."""


class ProposalState(models.TextChoices):
    """A proposal that nobody has decided by ``lapses_at`` can be approved no more, and stays
    ``proposed``."""

    PROPOSED = "proposed", "承認待ち"
    APPROVED = "approved", "承認済み"
    DECLINED = "declined", "却下"


class Proposed(models.Model):
    """What models of proposals have in common. Theirs has the check ``decided_by_another`` too."""

    reason = models.CharField(max_length=300)
    state = models.CharField(
        max_length=8, choices=ProposalState.choices, default=ProposalState.PROPOSED
    )
    proposed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    lapses_at = models.DateTimeField()
    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True


def decided_by_another(name: str, *, booked_in: str = "") -> models.CheckConstraint:
    """The check that nobody approves what they proposed, and that what is decided says by whom.

    Args:
        name: of the constraint.
        booked_in: a column that has a value when the proposal is approved, and at no other time.
    """
    unbooked = {booked_in: None} if booked_in else {}
    booked = {f"{booked_in}__isnull": False} if booked_in else {}
    decided = {"decided_at__isnull": False}
    return models.CheckConstraint(
        name=name,
        condition=Q(state="proposed", decided_by=None, decided_at=None, **unbooked)
        | Q(state="declined", decided_by__isnull=False, **decided, **unbooked)
        | (
            Q(state="approved", **decided, **booked)
            & Q(decided_by__isnull=False)
            & ~Q(decided_by=F("proposed_by"))
        ),
    )


def proposed_now(by: Staff, reason: str) -> dict[str, Any]:
    """The columns of ``Proposed`` in a row that ``by`` proposes now, in words of theirs."""
    now: datetime = clock.now()
    return {
        "reason": reason,
        "proposed_by": by,
        "proposed_at": now,
        "lapses_at": now + LAPSES_AFTER,
    }


def locked[Row: Proposed](row: Row) -> Row:
    """The row as it is now, held for who decides it."""
    rows = type(row)._default_manager.select_for_update(of=("self",))
    return rows.get(pk=row.pk)


def has_lapsed(row: Proposed) -> bool:
    """True when nobody decided in time."""
    return row.state == ProposalState.PROPOSED and row.lapses_at <= clock.now()


def why_not(row: Proposed, by: Staff) -> WhyNot:
    """Why ``by`` may not approve the row; empty when they may."""
    if row.state != ProposalState.PROPOSED:
        return "decided"
    if row.proposed_by_id == by.pk:
        return "oneself"
    return "lapsed" if has_lapsed(row) else ""


def decide(
    row: Proposed,
    by: Staff,
    state: Literal[ProposalState.APPROVED, ProposalState.DECLINED],
    reason: str,
    *,
    also: Sequence[str] = (),
) -> None:
    """Save what was decided of a held row: by whom, when and why. ``also`` are other columns of
    the row that the caller has set, and that are saved with it."""
    row.state, row.decided_by, row.decided_at = state, by, clock.now()
    row.decided_reason = reason
    row.save(update_fields=["state", "decided_by", "decided_at", "decided_reason", *also])
