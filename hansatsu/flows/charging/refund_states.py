"""Where a refund or a dispute stands, from all that we were told of it: in whatever order that was.

A provider tells of one refund or dispute several times, late, and out of order; ``about`` is its
id. What counts of it is not what comes last to us, but:

- of a refund, that it failed: a failed one never succeeds afterwards;
- of a dispute, what happened last by the provider's clock (a lost one may be appealed and won).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import QuerySet, Sum

from hansatsu.flows.charging.models import ProviderPayment, ReceivedEvent, Transfer, TransferState
from hansatsu.flows.charging.psp.base import ProviderEvent
from hansatsu.parties.issuers.models import Issuer

RefundStands = Literal["", "refunded", "refund_failed"]
DisputeStands = Literal["", "disputed", "dispute_lost", "dispute_won"]
STRANGE = "strange"
"""The outcome of what was not believed."""
NOT_TAKEN = ("", "unknown_payment", "unknown_order", STRANGE)
"""Outcomes of what was told, and has changed nothing, or nothing yet."""
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


def is_refunded(payment: ProviderPayment, about: str, event: ProviderEvent | None = None) -> bool:
    """True when a refund is made, by all that was taken of it, and by ``event``, which is being
    taken."""
    heard = [*_heard(payment, about).values_list("kind", flat=True)]
    if event is not None and event.about == about:
        heard.append(event.kind)
    return _furthest(heard) == "refunded"


def dispute_changes(payment: ProviderPayment, event: ProviderEvent) -> Change[DisputeStands]:
    """Where a dispute stood, and stands with this event."""
    heard = [*_heard(payment, event.about).values_list("at", "kind")]
    return Change(_latest(heard), _latest([*heard, (event.at, event.kind)]))


@dataclass(frozen=True, slots=True)
class Away:
    """Yen of a payment that are not with us, summed over all that was told, so that the order of
    telling is nothing to it.

    Attributes:
        refunded: given back to the payer, by the provider or at a bank.
        undecided: with the payer's bank, which has not decided yet.
        lost: with the payer's bank for good.
    """

    refunded: int
    undecided: int
    lost: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.refunded + self.undecided + self.lost

    def left_of(self, amount: int) -> int:
        """Yen of a payment of ``amount`` that are with us or may come back: not gone for good."""
        return max(0, amount - self.refunded - self.lost)


def money_away(payment: ProviderPayment, event: ProviderEvent | None = None) -> Away:
    """What is away of a payment by all that was taken of it, and by ``event``, which is being
    taken."""
    told = [Told(*row) for row in _taken(payment).values_list("about", "kind", "at", "amount")]
    if event is not None:
        told.append(Told(event.about, event.kind, event.at, event.amount))
    away = away_by(told)
    return Away(away.refunded + _transferred(payment), away.undecided, away.lost)


@dataclass(frozen=True, slots=True)
class Told:
    """What one event said."""

    about: str
    kind: str
    at: datetime
    amount: int


def away_by(told: Iterable[Told]) -> Away:
    """What is away by what was told of one payment; transfers that we made ourselves are not in
    it."""
    by_about: dict[str, list[Told]] = {}
    for each in told:
        kind = "refund" if each.kind in REFUND else "dispute"
        by_about.setdefault(f"{kind}:{each.about}", []).append(each)
    disputes = [_dispute(each) for each in by_about.values()]
    return Away(
        refunded=sum(_refunded(each) for each in by_about.values()),
        undecided=sum(yen for stands, yen in disputes if stands == "disputed"),
        lost=sum(yen for stands, yen in disputes if stands == "dispute_lost"),
    )


def away_at(issuer: Issuer, moment: datetime) -> dict[tuple[str, str], Away]:
    """What was away before ``moment`` of payments of which anything was told, by provider and its
    id of the payment; transfers that we made ourselves are not in it."""
    heard = ReceivedEvent.objects.of(issuer).filter(kind__in=[*REFUND, *DISPUTE], at__lt=moment)
    rows = heard.exclude(outcome__in=NOT_TAKEN).values_list(
        "provider", "payment_id", "about", "kind", "at", "amount"
    )
    told: defaultdict[tuple[str, str], list[Told]] = defaultdict(list)
    for provider, payment_id, about, kind, at, amount in rows:
        told[provider, payment_id].append(Told(about, kind, at, amount))
    return {payment: away_by(each) for payment, each in told.items()}


def _refunded(told: list[Told]) -> int:
    """Yen that one refund took; nothing when it failed, or when it is a dispute."""
    stands = _furthest([each.kind for each in told])
    return max(each.amount for each in told) if stands == "refunded" else 0


def _dispute(told: list[Told]) -> tuple[DisputeStands, int]:
    """How one dispute stands, and over how much."""
    stands = _latest([(each.at, each.kind) for each in told])
    last = max((each.at for each in told if each.kind == stands), default=None)
    amounts = [each.amount for each in told if each.kind == stands and each.at == last]
    return stands, max(amounts, default=0)


def _transferred(payment: ProviderPayment) -> int:
    """Yen that we sent back by bank transfers."""
    paid = Transfer.objects.filter(task__payment=payment, state=TransferState.PAID)
    return paid.aggregate(yen=Sum("yen"))["yen"] or 0


def _taken(payment: ProviderPayment) -> QuerySet[ReceivedEvent]:
    return (
        ReceivedEvent.objects.of(payment.issuer)
        .filter(
            provider=payment.provider,
            payment_id=payment.payment_id,
            kind__in=[*REFUND, *DISPUTE],
        )
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
