"""Slowing down guesses: after some wrong tries an account or an address must wait.

A try is counted before it is looked at, and uncounted when it was right; so tries made at once
cannot slip past the limit together. Every limit of this kind is kept here: passwords, one-time
passwords, puzzles, mails asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db import transaction

from hansatsu.parties import clock
from hansatsu.parties.identity.models.failures import Failures
from hansatsu.parties.identity.networks import networks_of


@dataclass(frozen=True, slots=True)
class Limit:
    """How many tries are free, and how the waiting grows after them.

    ``clears``: a right try begins the count anew. Otherwise only that try itself is uncounted.
    """

    free: int
    first_wait: timedelta
    longest_wait: timedelta
    forgotten_after: timedelta
    clears: bool = False

    def wait(self, count: int) -> timedelta:
        """How long to wait after ``count`` tries: doubling, up to the longest."""
        if count < self.free:
            return timedelta(0)
        doublings = min(count - self.free, 20)
        factor: int = 2**doublings
        return min(self.first_wait * factor, self.longest_wait)


ACCOUNT = Limit(
    free=5,
    first_wait=timedelta(seconds=60),
    longest_wait=timedelta(hours=1),
    forgotten_after=timedelta(days=1),
    clears=True,
)
ADDRESS = Limit(
    free=50,  # a whole neighbourhood can stand behind one address of a phone company
    first_wait=timedelta(seconds=60),
    longest_wait=timedelta(minutes=15),
    forgotten_after=timedelta(hours=1),
)


@dataclass(frozen=True, slots=True)
class Count:
    """What is counted (``resident:3:hanako``), and how far."""

    subject: str
    limit: Limit


@dataclass(frozen=True, slots=True)
class Before:
    """How a subject stood before a try."""

    last_at: datetime
    waits_until: datetime | None


@dataclass(frozen=True, slots=True)
class Try:
    """A counted try. ``wait_seconds`` above 0 means that it must not be made, and was not
    counted. ``reached`` names the subjects whose limit this very try reached, ``before`` tells by
    subject how it stood until this try at ``at``."""

    counts: tuple[Count, ...]
    wait_seconds: int = 0
    reached: tuple[str, ...] = ()
    at: datetime | None = None
    before: Mapping[str, Before] = field(default_factory=dict)


WIDER = 10
"""A /48 of IPv6 has so many times the free tries of a /64."""


def from_address(address: str, kind: str = "address", limit: Limit = ADDRESS) -> tuple[Count, ...]:
    """Tries from one network address, whatever they are on: by itself for IPv4, by its /64 and /48
    for IPv6.

    Args:
        address: where the try comes from.
        kind: what is counted, when it is counted apart.
        limit: of an address or a /64.
    """
    narrow, *wide = networks_of(address)
    wider = replace(limit, free=limit.free * WIDER)
    return Count(f"{kind}:{narrow}", limit), *(Count(f"{kind}:{each}", wider) for each in wide)


def begin_try(account: str, address: str) -> Try:
    """Count a try on ``account`` from ``address``, unless either must wait."""
    return count_try(Count(account, ACCOUNT), *from_address(address))


def count_try(*counts: Count) -> Try:
    """Count a try under every one of ``counts``, unless one of them must wait."""
    limits = {each.subject: each.limit for each in counts}
    now = clock.now()
    Failures.objects.bulk_create(
        [Failures(subject=subject, last_at=now) for subject in sorted(limits)],
        ignore_conflicts=True,
    )
    with transaction.atomic():
        rows = list(
            Failures.objects.select_for_update().filter(subject__in=limits).order_by("subject")
        )
        waits = [row.waits_until for row in rows if row.waits_until and row.waits_until > now]
        if waits:
            return Try(counts, _seconds_until(max(waits), now))
        before = {row.subject: Before(row.last_at, row.waits_until) for row in rows}
        for row in rows:
            _count(row, limits[row.subject], now)
    reached = tuple(row.subject for row in rows if row.waits_until)
    return Try(counts, reached=reached, at=now, before=before)


def must_wait(*counts: Count) -> int:
    """For how many seconds no try may be made; counts nothing."""
    now = clock.now()
    waits = Failures.objects.filter(
        subject__in=[each.subject for each in counts], waits_until__gt=now
    ).values_list("waits_until", flat=True)
    return max((_seconds_until(until, now) for until in waits if until), default=0)


def forgive(attempt: Try) -> None:
    """The try was right: a count that clears begins anew, the others lose this one try.

    An address keeps its other failures; otherwise one known account would buy endless tries on the
    rest. They age as if the right try had not been: otherwise those who log in every day, or share
    an address with a whole town, would carry each old mistake along for ever.
    """
    limits = {each.subject: each.limit for each in attempt.counts}
    with transaction.atomic():
        rows = Failures.objects.select_for_update().filter(subject__in=limits).order_by("subject")
        for row in list(rows):
            _uncount(row, limits[row.subject], attempt)


def forget_old_failures() -> int:
    """Delete counts that no longer matter; returns how many. For the worker."""
    oldest = clock.now() - timedelta(days=1)
    deleted, _ = Failures.objects.filter(last_at__lt=oldest).delete()
    return deleted


def _count(row: Failures, limit: Limit, now: datetime) -> None:
    if now - row.last_at > limit.forgotten_after:
        row.count = 0
    row.count += 1
    row.last_at = now
    wait = limit.wait(row.count)
    row.waits_until = now + wait if wait else None
    row.save(update_fields=["count", "last_at", "waits_until"])


def _uncount(row: Failures, limit: Limit, attempt: Try) -> None:
    row.count = 0 if limit.clears else max(row.count - 1, 0)
    before = attempt.before.get(row.subject)
    if before is not None and row.last_at == attempt.at:  # no other try since
        row.last_at, row.waits_until = before.last_at, before.waits_until
    if row.count < limit.free:
        row.waits_until = None
    row.save(update_fields=["count", "last_at", "waits_until"])


def _seconds_until(moment: datetime, now: datetime) -> int:
    return max(1, -int((now - moment).total_seconds() // 1))
