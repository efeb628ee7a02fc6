"""The amounts of whatever settles: a statement, a closing, what one would be."""

from collections.abc import Sequence
from typing import Protocol


class Settled(Protocol):
    """Yen: opening + payments - refunds + adjustments - fee - tax = payout + carry."""

    @property
    def opening(self) -> int:
        """Carried into it; never positive."""
        ...

    @property
    def payments(self) -> int:
        """What was taken."""
        ...

    @property
    def payment_count(self) -> int:
        """How many payments these were."""
        ...

    @property
    def refunds(self) -> int:
        """What was given back; not negative."""
        ...

    @property
    def refund_count(self) -> int:
        """How many refunds these were."""
        ...

    @property
    def adjustments(self) -> int:
        """What was put right; signed."""
        ...

    @property
    def fee(self) -> int:
        """All fees; negative when more was given back than taken."""
        ...

    @property
    def tax(self) -> int:
        """The tax on them."""
        ...

    @property
    def payout(self) -> int:
        """What is paid."""
        ...

    @property
    def carry(self) -> int:
        """What is carried on; never positive."""
        ...


def signed_amounts(settled: Settled) -> Sequence[int]:
    """As tables have them, signed as they add up: opening, payments and their count, refunds and
    theirs, adjustments, fee, tax, payout, carry."""
    return (
        settled.opening,
        settled.payments,
        settled.payment_count,
        -settled.refunds,
        settled.refund_count,
        settled.adjustments,
        -settled.fee,
        -settled.tax,
        settled.payout,
        settled.carry,
    )
