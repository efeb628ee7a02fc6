"""From when until when shops take an emoney: as kept beside a change, and put into the ledger."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from hansatsu.database.connections import ledger_connection
from hansatsu.ledger import api as ledger
from hansatsu.parties.issuers.models import Issuer

Period = list[str | None]
"""From when (now when None), until when (open when None), in ISO 8601."""
Pair = tuple[int, int]
"""A shop and an emoney, by their ids."""


def period(row: ledger.Acceptance) -> Period:
    """When it is, in the same letters wherever the server is."""
    end = row.end.astimezone(UTC).isoformat() if row.end else None
    return [row.start.astimezone(UTC).isoformat(), end]


def going(
    issuer: Issuer, now: datetime, emoney_id: int | None = None
) -> Iterator[ledger.Acceptance]:
    """What the issuer's shops take at ``now`` and later, by shop, emoney and time; of one emoney
    when asked."""
    for row in ledger.acceptances(ledger_connection(), issuer.pk, emoney_id=emoney_id):
        if row.end is None or row.end > now:
            yield row


def lasting(periods: Sequence[Period], now: datetime) -> list[Period]:
    """Without those that are over."""
    return [each for each in periods if each[1] is None or is_ahead(each[1], now)]


def are_as(periods: Sequence[Period], kept: Sequence[Period], now: datetime) -> bool:
    """True when they are what is kept beside a change; that one of them ran out is no change."""
    return lasting(periods, now) == lasting(kept, now)


def from_now(periods: Sequence[Period], now: datetime) -> list[Period]:
    """What of them can still be: what ran runs from ``now`` on, what is over stays over."""
    return [[start if is_ahead(start, now) else None, end] for start, end in lasting(periods, now)]


def put(issuer: Issuer, wanted: Mapping[Pair, Sequence[Period]]) -> None:
    """Have each pair be accepted in these periods, which begin now or later. Whatever it was
    accepted in now and later was ended before, and the shops are held."""
    groups: dict[tuple[datetime | None, datetime | None], list[Pair]] = defaultdict(list)
    for pair, periods in wanted.items():
        for start, end in periods:
            groups[moment(start), moment(end)].append(pair)
    for (begins, ends), pairs in sorted(groups.items(), key=_earliest):
        ledger.set_acceptances(
            ledger_connection(), issuer_id=issuer.pk, pairs=pairs, start=begins, end=ends
        )


def is_ahead(text: str | None, now: datetime) -> bool:
    """True when it is a moment after ``now``."""
    at = moment(text)
    return at is not None and at > now


def moment(text: str | None) -> datetime | None:
    """As it is kept."""
    return datetime.fromisoformat(text) if text else None


def _earliest(item: tuple[tuple[datetime | None, datetime | None], Any]) -> tuple[bool, float]:
    start = item[0][0]
    return (start is not None, start.timestamp() if start else 0.0)
