"""What a shop pays for being settled: a fee by its class, and the tax on it
(domain.md §9; ADR 0271).

Everything is integer yen. Rounding is down, once a class for the fee and once a statement for the
tax; negative amounts mirror positive ones, so that what was charged is given back to the yen.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from hansatsu.flows.settlement.models import FeeClass, ShopFeeClass
from hansatsu.ledger import api as ledger
from hansatsu.parties.issuers.models import Issuer

BASIS: Final = 10_000
"""Basis points of the whole."""
TAX_RATES: Final = (
    (date(1989, 4, 1), 300),
    (date(1997, 4, 1), 500),
    (date(2014, 4, 1), 800),
    (date(2019, 10, 1), 1_000),
)
"""Consumption tax in basis points, from each day on (消費税法 and 地方税法 together)."""


@dataclass(frozen=True, slots=True)
class FeeLine:
    """The fee of one class: ``amount`` yen for ``base`` yen net and ``count`` payments net."""

    fee_class: FeeClass
    base: int
    count: int
    amount: int


def mirrored(amount: int, numerator: int) -> int:
    """``amount`` yen times ``numerator`` basis points, rounded towards zero."""
    part = abs(amount) * numerator // BASIS
    return part if amount >= 0 else -part


def fee_of(fee_class: FeeClass, base: int, count: int) -> int:
    """The fee in yen: of ``base`` yen (payments less refunds) and ``count`` payments (less those
    that were given back whole)."""
    return mirrored(base, fee_class.basis_points) + fee_class.fixed * count


def tax_rate_on(day: date) -> int:
    """The rate of consumption tax on a day, in basis points."""
    return max((since, rate) for since, rate in TAX_RATES if since <= day)[1]


def tax_of(fee: int, rate: int) -> int:
    """The tax in yen on all fees of a statement."""
    return mirrored(fee, rate)


class FeeClasses:
    """Which class each shop of an issuer is of, by day. Read once for a closing."""

    def __init__(self, issuer: Issuer) -> None:
        self._of_shop: defaultdict[int, list[ShopFeeClass]] = defaultdict(list)
        rows = ShopFeeClass.objects.of(issuer).select_related("fee_class")
        for row in rows.order_by("shop_id", "from_day"):
            self._of_shop[row.shop_id].append(row)

    def of(self, shop_id: int, day: date) -> FeeClass | None:
        """The class of a shop on a day; None when it pays no fee."""
        for row in self._of_shop.get(shop_id, ()):
            if row.from_day <= day and (row.until_day is None or day < row.until_day):
                return row.fee_class
        return None

    def lines(self, shop_id: int, sums: Iterable[ledger.ShopDaySum]) -> list[FeeLine]:
        """The fees of a shop for what it took, a line a class in the order of the classes. A refund
        is of the class that its payment was of."""
        if shop_id not in self._of_shop:
            return []
        bases: defaultdict[int, int] = defaultdict(int)
        counts: defaultdict[int, int] = defaultdict(int)
        classes: dict[int, FeeClass] = {}
        for each in sums:
            if each.emoney_id is not None:
                continue
            fee_class = self.of(shop_id, each.payment_day)
            if fee_class is None:
                continue
            classes[fee_class.pk] = fee_class
            is_payment = each.kind == "payment"
            bases[fee_class.pk] += each.amount if is_payment else -each.amount
            counts[fee_class.pk] += each.count if is_payment else -each.completing
        return [
            FeeLine(classes[pk], bases[pk], counts[pk], fee_of(classes[pk], bases[pk], counts[pk]))
            for pk in sorted(classes)
        ]
