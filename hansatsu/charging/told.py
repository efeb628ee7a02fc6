"""Where a refund or a dispute stands, from all that we were told of it: in whatever order that was.

A provider tells of one refund or dispute several times, late, and out of order; ``about`` is its
id. What counts of it is not what comes last to us, but:

- of a refund, that it failed: a failed one never succeeds afterwards;
- of a dispute, what happened last by the provider's clock (a lost one may be appealed and won).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import QuerySet

from hansatsu.charging.models import ProviderPayment, ReceivedEvent
from hansatsu.charging.psp.base import ProviderEvent

RefundStands = Literal["", "refunded", "refund_failed"]
DisputeStands = Literal["", "disputed", "dispute_lost", "dispute_won"]
NOT_TAKEN = ("", "unknown_payment", "unknown_order")
"""Outcomes of what was told, and has changed nothing yet."""
REFUND: tuple[RefundStands, ...] = ("refunded", "refund_failed")
DISPUTE: tuple[DisputeStands, ...] = ("disputed", "dispute_lost", "dispute_won")


@dataclass(frozen=True, slots=True)
class Change[Stands]:
    """What an event changes: nothing when both are the same. Empty before it was heard of."""

    before: Stands
    after: Stands


def refund_changes(payment: ProviderPayment, event: ProviderEvent) -> Change[RefundStands]:
    """Where a refund stood, and stands with this event."""
    heard = [*_heard(payment, event.about).values_list("kind", flat=True)]
    before = _furthest(heard)
    return Change(before, _furthest([*heard, event.kind]))


def dispute_changes(payment: ProviderPayment, event: ProviderEvent) -> Change[DisputeStands]:
    """Where a dispute stood, and stands with this event."""
    heard = [*_heard(payment, event.about).values_list("at", "kind")]
    return Change(_latest(heard), _latest([*heard, (event.at, event.kind)]))


def has_open_dispute(payment: ProviderPayment, *, but: str) -> bool:
    """Whether the payer's bank has not decided yet, about another dispute than ``but``."""
    told: dict[str, list[tuple[datetime, str]]] = {}
    heard = _taken(payment).filter(kind__in=DISPUTE).exclude(about=but)
    for about, at, kind in heard.values_list("about", "at", "kind"):
        told.setdefault(about, []).append((at, kind))
    return any(_latest(each) == "disputed" for each in told.values())


def _taken(payment: ProviderPayment) -> QuerySet[ReceivedEvent]:
    return (
        ReceivedEvent.objects.of(payment.issuer)
        .filter(provider=payment.provider, payment_id=payment.payment_id)
        .exclude(outcome__in=NOT_TAKEN)
    )


def _heard(payment: ProviderPayment, about: str) -> QuerySet[ReceivedEvent]:
    return _taken(payment).filter(about=about)


def _furthest(kinds: list[str]) -> RefundStands:
    return next((each for each in reversed(REFUND) if each in kinds), "")


def _latest(told: list[tuple[datetime, str]]) -> DisputeStands:
    """Beginning and end may bear the same second: then the end was later."""
    ranked = [(at, DISPUTE.index(each)) for at, kind in told for each in DISPUTE if each == kind]
    return DISPUTE[max(ranked)[1]] if ranked else ""
