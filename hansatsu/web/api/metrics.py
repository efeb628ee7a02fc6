"""Figures of an API process for Prometheus: calls by outcome, and how long they took.

Each process keeps its own, and ``/metrics`` tells those of the process that answers
(docs/runbooks/deploy.md, The proxy).
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

BOUNDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Seconds."""


class Figures(Collector):
    """Counts with a few plain numbers: a call costs it less than a microsecond."""

    def __init__(self) -> None:
        self._calls: Counter[tuple[str, int]] = Counter()
        self._took: dict[str, list[int]] = {}
        self._seconds: Counter[str] = Counter()

    def count(self, call: str, status: int, seconds: float) -> None:
        """A call has been answered."""
        self._calls[call, status] += 1
        took = self._took.get(call)
        if took is None:
            took = self._took[call] = [0] * (len(BOUNDS) + 1)
        took[bisect_left(BOUNDS, seconds)] += 1
        self._seconds[call] += seconds  # type: ignore[assignment]

    def collect(self) -> Iterator[Metric]:
        """Calls by name and status; their seconds."""
        calls = CounterMetricFamily(
            "hansatsu_api_calls", "Calls answered", labels=["call", "status"]
        )
        for (name, status), count in list(self._calls.items()):
            calls.add_metric([name, str(status)], count)
        yield calls
        seconds = HistogramMetricFamily(
            "hansatsu_api_seconds", "Seconds until a call was answered", labels=["call"]
        )
        for name, took in list(self._took.items()):
            total, buckets = 0, []
            for bound, count in zip((*map(str, BOUNDS), "+Inf"), took, strict=True):
                total += count
                buckets.append((bound, total))
            seconds.add_metric([name], buckets, self._seconds[name])
        yield seconds
