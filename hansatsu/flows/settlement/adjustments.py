"""調整: what statements add or take apart from payments; one person proposes, another approves.

Nothing here touches the ledger: a payment at the wrong shop stays where it was made, and its yen go
from one statement to the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from django.db import transaction
from django.db.models import Q, QuerySet

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.settlement.debts import debt_of
from hansatsu.flows.settlement.models import Adjustment, AdjustmentKind, AdjustmentLine
from hansatsu.flows.settlement.rules import locked_rules
from hansatsu.ledger import api as ledger
from hansatsu.parties import clock
from hansatsu.parties.identity.models import Staff
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.issuers.names import payment_name, shop_name
from hansatsu.parties.shops.models import Shop
from hansatsu.parties.staff.two_people import (
    ProposalState,
    WhyNot,
    decide,
    locked,
    proposed_now,
    why_not,
)

LARGEST: Final = 100_000_000
"""The largest adjustment, in yen."""

Refusal = Literal[
    "",
    "amount",  # nothing, or more than LARGEST
    "unknown_payment",  # no payment of the issuer has this 決済ID
    "other_shop",  # the payment was made elsewhere
    "same_shop",  # from a shop to itself
    "too_much",  # more than the payment, less what was refunded and moved before; or than the debt
    "not_come",  # a day of receipt that is not over
]
"""Why nothing was proposed; empty when it was."""

Decision = Literal[WhyNot, "too_much"]
"""Why nothing was decided; empty when it was. ``too_much``: it was refunded, moved or collected
meanwhile, and less is left."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is to be adjusted. ``yen`` is what ``shop`` gets, or loses when negative. Of
    ``wrong_shop``, ``shop`` took the payment, ``other`` was meant, and ``yen`` is what goes over.
    """

    kind: AdjustmentKind
    shop: Shop
    yen: int
    other: Shop | None = None
    payment_number: str = ""
    received_on: date | None = None

    @property
    def lines(self) -> Mapping[int, int]:
        """Yen by shop id; those of a wrong shop sum to zero."""
        if self.other is not None:
            return {self.shop.pk: -self.yen, self.other.pk: self.yen}
        return {self.shop.pk: self.yen}


@dataclass(frozen=True, slots=True)
class Proposed:
    """The proposal that stands now, or why none does."""

    adjustment: Adjustment | None
    refusal: Refusal = ""


def propose(deed: Deed, by: Staff, proposal: Proposal, *, key: str, today: date) -> Proposed:
    """Propose an adjustment, once for the form's key.

    Args:
        deed: who proposes, and why.
        by: the same person.
        proposal: what.
        key: made when the form was shown.
        today: the day in Japan.
    """
    issuer = deed.actor.issuer
    with transaction.atomic():
        locked_rules(issuer)  # one after another: the same form may come twice at once
        known = Adjustment.objects.of(issuer).filter(proposed_by=by, key=key).first()
        if known is not None:
            return Proposed(known)
        refusal = why_not_proposed(issuer, proposal, today)
        if refusal:
            return Proposed(None, refusal)
        adjustment = Adjustment.objects.create(
            issuer=issuer,
            kind=proposal.kind,
            payment_number=proposal.payment_number,
            received_on=proposal.received_on,
            key=key,
            **proposed_now(by, deed.reason),
        )
        for shop_id, yen in proposal.lines.items():
            AdjustmentLine.objects.create(
                issuer=issuer, adjustment=adjustment, shop_id=shop_id, yen=yen
            )
        deed.record(
            "adjustment_proposed",
            adjustment.subject,
            things=_things(adjustment),
            after=_amounts(adjustment),
        )
    return Proposed(adjustment)


def approve(deed: Deed, by: Staff, adjustment: Adjustment) -> Decision:
    """Approve an adjustment: the next statement of each shop takes its line."""
    with transaction.atomic():
        locked_rules(adjustment.issuer)
        row = locked(adjustment)
        refusal: Decision = why_not(row, by) or _too_much_by_now(row)
        if refusal:
            return refusal
        decide(row, by, ProposalState.APPROVED, deed.reason)
        deed.record("adjustment_approved", row.subject, things=_things(row), after=_amounts(row))
    return ""


def decline(deed: Deed, by: Staff, adjustment: Adjustment) -> Literal["", "decided"]:
    """Decline an adjustment; who proposed it may take it back so."""
    with transaction.atomic():
        row = locked(adjustment)
        if row.state != ProposalState.PROPOSED:
            return "decided"
        decide(row, by, ProposalState.DECLINED, deed.reason)
        deed.record("adjustment_declined", row.subject, things=_things(row), before=_amounts(row))
    return ""


def find_adjustment(issuer: Issuer, adjustment_id: int) -> Adjustment | None:
    """The issuer's adjustment with this id; None for anybody else's."""
    found = Adjustment.objects.of(issuer).select_related("issuer", "proposed_by", "decided_by")
    return found.filter(pk=adjustment_id).first()


def why_not_proposed(issuer: Issuer, proposal: Proposal, today: date) -> Refusal:
    """Why it could not be proposed now, on the day ``today``; empty when it could."""
    if proposal.yen == 0 or abs(proposal.yen) > LARGEST:
        return "amount"
    match proposal.kind:
        case AdjustmentKind.WRONG_SHOP:
            return _why_not_moved(issuer, proposal)
        case AdjustmentKind.COLLECTED | AdjustmentKind.WRITTEN_OFF:
            if proposal.received_on is not None and proposal.received_on > today:
                return "not_come"
            if proposal.yen < 0:
                return "amount"
            left = debt_of(proposal.shop) - _adjusted_otherwise(proposal.shop)
            return "too_much" if proposal.yen > left else ""
        case _:
            return _why_not_known(issuer, proposal)


def _why_not_known(issuer: Issuer, proposal: Proposal) -> Refusal:
    """A goodwill adjustment may name a payment; then it is one of the shop's."""
    if not proposal.payment_number:
        return ""
    payment = ledger.payment_by_number(ledger_connection(), issuer.pk, proposal.payment_number)
    if payment is None:
        return "unknown_payment"
    return "" if payment.shop_id == proposal.shop.pk else "other_shop"


def _why_not_moved(issuer: Issuer, proposal: Proposal) -> Refusal:
    if proposal.other is None or proposal.yen < 0:
        return "amount"
    if proposal.other.pk == proposal.shop.pk:
        return "same_shop"
    payment = ledger.payment_by_number(ledger_connection(), issuer.pk, proposal.payment_number)
    if payment is None:
        return "unknown_payment"
    if payment.shop_id != proposal.shop.pk:
        return "other_shop"
    left = left_of_payment(issuer, proposal.payment_number)
    return "too_much" if proposal.yen > left else ""


def left_of_payment(issuer: Issuer, number: str, *, but: Adjustment | None = None) -> int:
    """Yen of a payment that were neither refunded nor moved to another shop, proposals included."""
    standing = ledger.payment_standing(ledger_connection(), issuer.pk, number)
    if standing is None:
        return 0
    moved = _counting(issuer, but).filter(
        adjustment__kind=AdjustmentKind.WRONG_SHOP,
        adjustment__payment_number=number,
        yen__gt=0,
    )
    return standing.left - sum(moved.values_list("yen", flat=True))


def _counting(issuer: Issuer, but: Adjustment | None) -> "QuerySet[AdjustmentLine]":
    """Lines that are approved or may be yet: not of what was declined, nor of what nobody decided
    in time; those of ``but`` aside."""
    lapsed = Q(adjustment__state=ProposalState.PROPOSED, adjustment__lapses_at__lte=clock.now())
    lines = AdjustmentLine.objects.of(issuer).exclude(
        Q(adjustment__state=ProposalState.DECLINED) | lapsed
    )
    return lines if but is None else lines.exclude(adjustment=but)


def _adjusted_otherwise(shop: Shop, *, but: Adjustment | None = None) -> int:
    """Yen of the shop's debt that are being collected or written off, and in no statement yet."""
    lines = _counting(shop.issuer, but).filter(
        shop=shop,
        statement=None,
        adjustment__kind__in=[AdjustmentKind.COLLECTED, AdjustmentKind.WRITTEN_OFF],
    )
    return sum(lines.values_list("yen", flat=True))


def _too_much_by_now(row: Adjustment) -> Literal["", "too_much"]:
    lines = list(row.lines.select_related("shop__issuer"))
    if row.kind == AdjustmentKind.WRONG_SHOP:
        wanted = max(line.yen for line in lines)
        left = left_of_payment(row.issuer, row.payment_number, but=row)
        return "too_much" if wanted > left else ""
    if row.kind == AdjustmentKind.GOODWILL:
        return ""
    (line,) = lines
    left = debt_of(line.shop) - _adjusted_otherwise(line.shop, but=row)
    return "too_much" if line.yen > left else ""


def _things(adjustment: Adjustment) -> list[str]:
    shops = [shop_name(line.shop_id) for line in adjustment.lines.all()]
    number = adjustment.payment_number
    return [*shops, *([payment_name(number)] if number else [])]


def _amounts(adjustment: Adjustment) -> dict[str, str | list[str]]:
    lines = adjustment.lines.select_related("shop")
    return {
        "kind": str(adjustment.kind),
        "lines": [f"{line.shop.code} {line.yen:+}" for line in lines],
    }
