"""Days that must not be missed: the next closing, when the bank wants a file, when shops are
paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from hansatsu.flows.settlement import plans
from hansatsu.flows.settlement.models import (
    Closing,
    PayoutRun,
    RunState,
)
from hansatsu.flows.settlement.owing import payable_now
from hansatsu.flows.settlement.rules import rules_of
from hansatsu.formats.japan import in_japan
from hansatsu.parties import clock
from hansatsu.parties.issuers.models import Issuer

Kind = Literal["closing", "hand_in", "payout"]


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day, and how many days are left to it (negative: it is over). ``closing`` is a closing by
    its number that it is about, ``run`` a run; None when there is no such thing yet."""

    kind: Kind
    day: date
    days_left: int
    closing: Closing | None = None
    run: PayoutRun | None = None

    @property
    def is_missed(self) -> bool:
        """True when a file should have been at the bank."""
        return self.kind == "hand_in" and self.days_left < 0


def deadlines(issuer: Issuer) -> list[Deadline]:
    """What is to come, and what was missed, the earliest first. Empty hands need no file: closings
    whose money is all paid or at the bank have no deadline."""
    today = in_japan(clock.now()).date()

    def left(day: date) -> int:
        return (day - today).days

    plan = plans.next_plan(issuer, rules_of(issuer), clock.now())
    found = [Deadline("closing", plan.last_day, left(plan.last_day))]
    for closing in _unpaid(issuer):
        day = closing.hand_in_by
        found.append(Deadline("hand_in", day, left(day), closing=closing))
        found.append(Deadline("payout", closing.pay_on, left(closing.pay_on), closing=closing))
    for run in _not_handed_over(issuer):
        found.append(Deadline("hand_in", run.hand_in_by, left(run.hand_in_by), run=run))
    for run in _at_the_bank(issuer):
        found.append(Deadline("payout", run.pay_on, left(run.pay_on), run=run))
    return sorted(found, key=lambda each: (each.day, each.kind))


def _unpaid(issuer: Issuer) -> Sequence[Closing]:
    """Closings of which something waits for a run, and is neither held nor without an account: that
    is told elsewhere."""
    waiting = payable_now(issuer).values("statement__closing")
    return list(Closing.objects.of(issuer).filter(pk__in=waiting).order_by("number"))


def _not_handed_over(issuer: Issuer) -> Sequence[PayoutRun]:
    rows = PayoutRun.objects.of(issuer)
    return list(rows.filter(state__in=[RunState.PREPARED, RunState.APPROVED]).order_by("number"))


def _at_the_bank(issuer: Issuer) -> Sequence[PayoutRun]:
    return list(PayoutRun.objects.of(issuer).filter(state=RunState.HANDED_OVER).order_by("number"))
