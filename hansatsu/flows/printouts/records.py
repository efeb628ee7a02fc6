"""What the record of acts says of codes and cards that are made: how much each holds, how many
there are, and what that comes to."""

from collections.abc import Sequence

from hansatsu.parties.issuers.audit import Value
from hansatsu.parties.programs.models import Emoney
from hansatsu.parties.programs.selectors import yen_of_each


def value_facts(name: str, values: Sequence[tuple[Emoney, int]], count: int) -> dict[str, Value]:
    """Of ``count`` pieces with ``values`` yen each; cards without any hold 0 yen."""
    totals = [(emoney, amount * count) for emoney, amount in values]
    facts: dict[str, Value] = {"name": name} if name else {}
    return facts | {
        "count": count,
        "parts": yen_of_each(values),
        "totals": yen_of_each(totals),
        "total": sum(amount for _emoney, amount in totals),
    }


def right_facts(name: str, sale: str, units: int, count: int) -> dict[str, Value]:
    """Of ``count`` purchase codes for ``units`` of a sale each, which are paid for when used."""
    return {
        "name": name,
        "sale": sale,
        "count": count,
        "units": units,
        "total_units": units * count,
    }
