"""How often a terminal may call: so many times a second, and a few more after a pause.

Counted by each process for itself: the figure is a guard against a till run wild, not a quota.
"""

import time
from dataclasses import dataclass

from django.conf import settings

BURST_SECONDS = 5
"""What was not used for so long may be used at once."""

FORGOTTEN_ABOVE = 10_000
"""Terminals; beyond it, those that have rested are forgotten."""


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class RateLimit:
    """Args:
    per_second: calls that a terminal may make, on the average.
    """

    def __init__(self, per_second: int) -> None:
        self._rate = float(per_second)
        self._most = self._rate * BURST_SECONDS
        self._buckets: dict[int, _Bucket] = {}

    def seconds_to_wait(self, terminal_id: int) -> int:
        """Count a call. 0 when it may go on; otherwise how long to wait, and it does not count."""
        now = time.monotonic()
        bucket = self._buckets.get(terminal_id)
        if bucket is None:
            self._forget_rested(now)
            bucket = self._buckets[terminal_id] = _Bucket(self._most, now)
        left = min(self._most, bucket.left + (now - bucket.at) * self._rate)
        bucket.at = now
        if left < 1:
            bucket.left = left
            return max(1, round((1 - left) / self._rate))
        bucket.left = left - 1
        return 0

    def _forget_rested(self, now: float) -> None:
        if len(self._buckets) > FORGOTTEN_ABOVE:
            self._buckets = {
                terminal: bucket
                for terminal, bucket in self._buckets.items()
                if now - bucket.at < BURST_SECONDS
            }


def from_settings() -> RateLimit:
    """The limit of this installation (``API_RATE``)."""
    return RateLimit(settings.API_RATE)
