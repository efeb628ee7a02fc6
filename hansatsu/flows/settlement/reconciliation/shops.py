"""What shops are owed at the end of a month, by their statements, and by the ledger since."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Sum

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.settlement.models import (
    BEGINNING,
    Adjustment,
    AdjustmentKind,
    Statement,
)
from hansatsu.ledger import api as ledger
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.staff.two_people import ProposalState


@dataclass(frozen=True, slots=True)
class Adjusted:
    """Yen of the adjustments that count by a day, as statements add them: by kind, and ``pending``
    of them that no statement until then has. ``ahead`` was collected after that day."""

    by_kind: dict[str, int]
    pending: int
    ahead: int

    @property
    def all(self) -> int:
        """Of every kind."""
        return sum(self.by_kind.values())


@dataclass(frozen=True, slots=True)
class Shops:
    """Yen, all until a moment.

    Attributes:
        payouts: of statements, before anything was paid.
        carried: what the last statements carry; never positive.
        since: taken less given back after the last statements.
        taken: the same of all time: that of the statements, and ``since``.
        fees: with their tax, of statements.
    """

    payouts: int
    carried: int
    since: int
    taken: int
    fees: int
    adjusted: Adjusted

    @property
    def due(self) -> int:
        """What shops are to have of all that was, before anything was paid."""
        return self.payouts + self.carried + self.since + self.adjusted.pending


def shops_until(issuer: Issuer, last_day: date, cut_at: datetime) -> Shops:
    """What shops are to have of all before ``cut_at``, the midnight after ``last_day``."""
    closed = Statement.objects.of(issuer).filter(ends_at__lte=cut_at)
    sums = closed.order_by().aggregate(
        payouts=Sum("payout"),
        payments=Sum("payments"),
        refunds=Sum("refunds"),
        fee=Sum("fee"),
        tax=Sum("tax"),
    )
    last = closed.order_by("shop_id", "-ends_at").distinct("shop_id")
    ends, carried = {}, 0
    for shop_id, ends_at, carry in last.values_list("shop_id", "ends_at", "carry"):
        ends[shop_id] = ends_at
        carried += carry
    since = _since(issuer, ends, cut_at)
    return Shops(
        payouts=sums["payouts"] or 0,
        carried=carried,
        since=since,
        taken=(sums["payments"] or 0) - (sums["refunds"] or 0) + since,
        fees=(sums["fee"] or 0) + (sums["tax"] or 0),
        adjusted=_adjusted(issuer, last_day, cut_at),
    )


def _since(issuer: Issuer, ends: dict[int, datetime], cut_at: datetime) -> int:
    connection = ledger_connection()
    shops = ledger.shops_of(connection, issuer.pk)
    starts = [ends.get(shop_id, BEGINNING) for shop_id in shops]
    rows = ledger.shop_sums(connection, issuer.pk, shops, starts, cut_at)
    whole = [row for row in rows if row.emoney_id is None]
    return sum(row.amount if row.kind == "payment" else -row.amount for row in whole)


def _adjusted(issuer: Issuer, last_day: date, cut_at: datetime) -> Adjusted:
    """What two people had decided by then, or a statement of then has taken since; money that a
    shop paid back counts from the day on which it came."""
    approved = Adjustment.objects.of(issuer).filter(state=ProposalState.APPROVED)
    by_kind = dict.fromkeys(AdjustmentKind.values, 0)
    pending = ahead = 0
    for each in approved.prefetch_related("lines__statement"):
        lines = [*each.lines.all()]
        stated = [line for line in lines if line.statement and line.statement.ends_at <= cut_at]
        is_decided = each.decided_at is not None and each.decided_at < cut_at
        has_come = each.received_on is not None and each.received_on <= last_day
        if not (stated or is_decided or has_come):
            continue
        yen = sum(line.yen for line in lines)
        by_kind[each.kind] += yen
        pending += yen - sum(line.yen for line in stated)
        if each.received_on is not None and not has_come:
            ahead += yen
    return Adjusted(by_kind, pending, ahead)
