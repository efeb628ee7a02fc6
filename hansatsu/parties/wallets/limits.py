"""How much may be paid: the issuer's limits, and what is left of the day's."""

from dataclasses import dataclass
from typing import Literal

from hansatsu.database.connections import ledger_connection
from hansatsu.ledger import api as ledger
from hansatsu.parties.issuers.models import Issuer


@dataclass(frozen=True, slots=True)
class PaymentLimits:
    """What the ledger's ``over_limit`` is about, in yen; None is no limit.

    Attributes:
        per_payment: the most of one payment.
        per_day: the most of a day in Japan.
        left_today: what is left of the day's.
        holding: the most that a wallet may hold.
    """

    per_payment: int | None
    per_day: int | None
    left_today: int | None
    holding: int | None

    def exceeded_by(self, amount: int) -> Literal["per_payment", "per_day"] | None:
        """Which limit leaves the least room for ``amount`` yen; None when it is within both."""
        if self.left_today is not None and amount > self.left_today:
            is_day = self.per_payment is None or self.left_today < self.per_payment
            return "per_day" if is_day else "per_payment"
        if self.per_payment is not None and amount > self.per_payment:
            return "per_payment"
        return None


def payment_limits(issuer: Issuer, wallet_id: int) -> PaymentLimits:
    """The limits that hold for a wallet now."""
    connection = ledger_connection()
    limits = ledger.issuer_rules(connection, issuer.pk).limits
    left = None
    if limits.per_day is not None:
        left = max(0, limits.per_day - ledger.spent_today(connection, issuer.pk, wallet_id))
    return PaymentLimits(limits.per_payment, limits.per_day, left, limits.holding)
