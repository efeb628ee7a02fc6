"""What statements would say: computed from the ledger and what two people decided, written nowhere.

A closing writes down what is drafted here; a dry run only shows it (ADR 0270).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.settlement.fees import FeeClasses, FeeLine, fee_of, tax_of, tax_rate_on
from hansatsu.flows.settlement.models import (
    BEGINNING,
    AdjustmentLine,
    FeeClass,
    LineKind,
    Statement,
    StatementLine,
)
from hansatsu.flows.settlement.plans import day_before
from hansatsu.ledger import api as ledger
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.shops.models import Shop
from hansatsu.parties.staff.two_people import ProposalState


@dataclass(frozen=True, slots=True)
class Draft:
    """What a statement of ``shop`` about [``starts_at``, ``ends_at``) would say, in yen.

    ``opening`` is what was carried so far (never positive), ``adjusted`` the approved lines that no
    statement has taken yet, ``fees`` a line a fee class, ``on_demand`` the fee for being paid in
    between. ``tax_rate`` is in basis points.
    """

    shop: Shop
    starts_at: datetime
    ends_at: datetime
    opening: int
    sums: Sequence[ledger.ShopDaySum]
    adjusted: Sequence[AdjustmentLine]
    fees: Sequence[FeeLine]
    on_demand: FeeLine | None
    tax_rate: int

    def _whole(self, kind: str) -> list[ledger.ShopDaySum]:
        return [each for each in self.sums if each.kind == kind and each.emoney_id is None]

    @property
    def payments(self) -> int:
        """Yen that it took."""
        return sum(each.amount for each in self._whole("payment"))

    @property
    def payment_count(self) -> int:
        """How many payments these were."""
        return sum(each.count for each in self._whole("payment"))

    @property
    def refunds(self) -> int:
        """Yen that it gave back; not negative."""
        return sum(each.amount for each in self._whole("refund"))

    @property
    def refund_count(self) -> int:
        """How many refunds these were."""
        return sum(each.count for each in self._whole("refund"))

    @property
    def adjustments(self) -> int:
        """Yen by which adjustments change it."""
        return sum(line.yen for line in self.adjusted)

    @property
    def fee(self) -> int:
        """All fees, in yen."""
        return sum(line.amount for line in self.all_fees)

    @property
    def tax(self) -> int:
        """The tax on them, in yen."""
        return tax_of(self.fee, self.tax_rate)

    @property
    def all_fees(self) -> list[FeeLine]:
        """That of being paid in between is the last."""
        return [*self.fees, *([self.on_demand] if self.on_demand else [])]

    @property
    def net(self) -> int:
        """What the shop is owed, or owes when negative, in yen."""
        moved = self.payments - self.refunds + self.adjustments
        return self.opening + moved - self.fee - self.tax

    @property
    def payout(self) -> int:
        """What is paid, in yen."""
        return max(0, self.net)

    @property
    def carry(self) -> int:
        """What is carried into the next one: never positive."""
        return min(0, self.net)

    def lines(self) -> list[StatementLine]:
        """Its lines, not saved and without their statement, in the order of the paper."""
        return [
            *self._money(LineKind.PAYMENT),
            *self._money(LineKind.REFUND),
            *(
                StatementLine(kind=LineKind.ADJUSTMENT, about=line.pk, amount=line.yen)
                for line in self.adjusted
            ),
            *(_fee_line(LineKind.FEE, line) for line in self.fees),
            *([_fee_line(LineKind.ON_DEMAND, self.on_demand)] if self.on_demand else []),
        ]

    def _money(self, kind: LineKind) -> Iterable[StatementLine]:
        counts: defaultdict[int, int] = defaultdict(int)
        amounts: defaultdict[int, int] = defaultdict(int)
        for each in self.sums:
            if each.kind == kind.value and each.emoney_id is not None:
                counts[each.emoney_id] += each.count
                amounts[each.emoney_id] += each.amount
        for pk in sorted(amounts):
            yield StatementLine(
                kind=kind, emoney_id=pk, count=counts[pk], base=amounts[pk], amount=amounts[pk]
            )


def drafts(
    issuer: Issuer, until: datetime, *, shop: Shop | None = None, on_demand: FeeClass | None = None
) -> list[Draft]:
    """What statements of all shops (or of ``shop``) up to ``until`` would say, in the order of
    their ids. Shops that are closed that far, or further, have none.

    Args:
        issuer: whose shops.
        until: the first moment after them. Before it is a cut that was made, figures may change.
        shop: this one alone.
        on_demand: the class of the fee for being paid in between.
    """
    shops = Shop.objects.of(issuer).order_by("pk")
    shops = shops.filter(pk=shop.pk) if shop else shops
    last = _last_statements(issuer)
    open_ones = [each for each in shops if _start(last, each) < until]
    starts = [_start(last, each) for each in open_ones]
    by_shop: defaultdict[int, list[ledger.ShopDaySum]] = defaultdict(list)
    for each in ledger.shop_sums(
        ledger_connection(), issuer.pk, [each.pk for each in open_ones], starts, until
    ):
        by_shop[each.shop_id].append(each)
    adjusted = _open_adjustments(issuer)
    classes = FeeClasses(issuer)
    rate = tax_rate_on(day_before(until))
    return [
        Draft(
            shop=each,
            starts_at=start,
            ends_at=until,
            opening=last[each.pk].carry if each.pk in last else 0,
            sums=by_shop[each.pk],
            adjusted=adjusted.get(each.pk, ()),
            fees=classes.lines(each.pk, by_shop[each.pk]),
            on_demand=_on_demand_line(on_demand, by_shop[each.pk]),
            tax_rate=rate,
        )
        for each, start in zip(open_ones, starts, strict=True)
    ]


def _start(last: Mapping[int, Statement], shop: Shop) -> datetime:
    return last[shop.pk].ends_at if shop.pk in last else BEGINNING


def _last_statements(issuer: Issuer) -> dict[int, Statement]:
    newest = Statement.objects.of(issuer).order_by("shop_id", "-ends_at").distinct("shop_id")
    return {each.shop_id: each for each in newest}


def _open_adjustments(issuer: Issuer) -> dict[int, list[AdjustmentLine]]:
    lines = AdjustmentLine.objects.of(issuer).filter(
        statement=None, adjustment__state=ProposalState.APPROVED
    )
    by_shop: defaultdict[int, list[AdjustmentLine]] = defaultdict(list)
    for line in lines.order_by("pk"):
        by_shop[line.shop_id].append(line)
    return by_shop


def _on_demand_line(
    fee_class: FeeClass | None, sums: Iterable[ledger.ShopDaySum]
) -> FeeLine | None:
    """The fee of a payout in between: one payout, of what was taken net."""
    if fee_class is None:
        return None
    whole = [each for each in sums if each.emoney_id is None]
    base = sum(each.amount if each.kind == "payment" else -each.amount for each in whole)
    return FeeLine(fee_class, base, 1, fee_of(fee_class, base, 1))


def _fee_line(kind: LineKind, line: FeeLine) -> StatementLine:
    return StatementLine(
        kind=kind, fee_class=line.fee_class, count=line.count, base=line.base, amount=line.amount
    )
