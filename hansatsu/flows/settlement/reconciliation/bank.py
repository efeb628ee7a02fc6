"""What the bank's statement says until a day."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from hansatsu.flows.settlement.models import BankLine, BankLineKind
from hansatsu.parties.issuers.models import Issuer


@dataclass(frozen=True, slots=True)
class Bank:
    """Yen by kind of line, as they moved the account; ``withheld`` by providers before they
    paid."""

    by_kind: dict[str, int]
    withheld: int

    @property
    def balance(self) -> int:
        """Yen in the account."""
        return sum(self.by_kind.values())

    def of(self, *kinds: BankLineKind) -> int:
        """Yen of lines of these kinds; below zero when they left."""
        return sum(self.by_kind.get(kind, 0) for kind in kinds)


def bank_until(issuer: Issuer, last_day: date) -> Bank:
    """All lines up to a day, that day included."""
    lines = BankLine.objects.of(issuer).filter(day__lte=last_day).order_by()
    sums = lines.values("kind").annotate(yen_sum=Sum("yen"), withheld_sum=Sum("withheld"))
    return Bank(
        {each["kind"]: each["yen_sum"] for each in sums},
        sum(each["withheld_sum"] for each in sums),
    )
