"""What one shop takes, emoney by emoney, with its periods now and later."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.shops.periods import Period, going, is_ahead, lasting, period

Takes = dict[str, list[Period]]
"""By the emoneys' ids, as texts: it is kept as JSON. Periods stand in the order of time."""


def takes_of(issuer: Issuer, now: datetime) -> dict[int, Takes]:
    """What shops take at ``now`` and later, by their ids."""
    found: dict[int, Takes] = defaultdict(dict)
    for row in going(issuer, now):
        found[row.shop_id].setdefault(str(row.emoney_id), []).append(period(row))
    return found


def running(takes: Takes, now: datetime) -> list[int]:
    """The ids of those that are taken at ``now``, ascending."""
    return sorted(int(each) for each, periods in takes.items() if _runs(periods, now))


def begun(emoneys: Iterable[int]) -> Takes:
    """Taken from now on, with no end."""
    return {str(each): [[None, None]] for each in sorted(emoneys)}


def wanted(emoneys: Iterable[int], takes: Takes, now: datetime) -> Takes:
    """Exactly ``emoneys`` taken from ``now`` on: what runs keeps its end, and what is only planned
    stays planned, unless it is named and begins."""
    named, runs = set(emoneys), set(running(takes, now))
    gone = {str(each) for each in runs - named}
    stay = {each: periods for each, periods in takes.items() if each not in gone}
    return stay | begun(named - runs)


def are_as(takes: Takes, kept: Takes, now: datetime) -> bool:
    """True when it is what is kept beside a change; that a period ran out is no change."""
    return takes == without_past(kept, now)


def without_past(takes: Takes, now: datetime) -> Takes:
    """What of it is not over."""
    left = {each: lasting(periods, now) for each, periods in takes.items()}
    return {each: periods for each, periods in left.items() if periods}


def _runs(periods: list[Period], now: datetime) -> bool:
    return any(not is_ahead(start, now) for start, _ in lasting(periods, now))
