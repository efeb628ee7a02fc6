"""Figures of one measurement, and the middle one of several."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Run:
    """Payments done in some seconds; latencies in milliseconds."""

    payments: int
    payments_per_s: float
    p50_ms: float
    p99_ms: float


def run_of(latencies: list[float], seconds: float) -> Run:
    """The figures of payments that took `latencies` seconds each, over `seconds` in all."""
    ordered = sorted(latencies)
    return Run(
        payments=len(ordered),
        payments_per_s=len(ordered) / seconds,
        p50_ms=ordered[len(ordered) // 2] * 1000,
        p99_ms=ordered[int(len(ordered) * 0.99)] * 1000,
    )


def middle(runs: Sequence[Run]) -> Run:
    """The median of each figure."""
    return Run(
        round(median(run.payments for run in runs)),
        median(run.payments_per_s for run in runs),
        median(run.p50_ms for run in runs),
        median(run.p99_ms for run in runs),
    )
