"""Figures of one measurement, and what several rounds say together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import click

NOISE = 0.15
"""The share of the median by which rounds may differ before they count as noisy."""

DIGITS = {"_per_s": 0, "_us": 1, "_ms": 3, "ratio": 2}
"""The digits that are told of a figure, by the end of its name."""


@dataclass(frozen=True, slots=True)
class Run:
    """Payments done in some seconds; latencies in milliseconds."""

    payments: int
    payments_per_s: float
    p50_ms: float
    p99_ms: float


class NothingPaidError(click.ClickException):
    """Not one payment was made while one looked: there is nothing to tell."""

    def __init__(self) -> None:
        super().__init__(
            "No payment was made in the time of a measurement: "
            "measure longer (--seconds), on a machine that has less to do."
        )


def run_of(latencies: list[float], seconds: float, payments: int | None = None) -> Run:
    """The figures of calls that took `latencies` seconds each, over `seconds` in all.

    Args:
        latencies: of each call.
        seconds: in all.
        payments: that the calls made; None when each made one.

    Raises:
        NothingPaidError: when they made none.
    """
    if payments is None:
        payments = len(latencies)
    if not latencies or payments < 1:
        raise NothingPaidError
    ordered = sorted(latencies)
    return Run(
        payments=payments,
        payments_per_s=payments / seconds,
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


@dataclass(frozen=True, slots=True)
class Figures:
    """What rounds say: each figure's median, its lowest and highest, and the names of the rates
    whose rounds differ too much to be believed."""

    medians: dict[str, float]
    spread: dict[str, tuple[float, float]]
    noisy: list[str]


def figures_of(rounds: Sequence[Mapping[str, float]]) -> Figures:
    """The figures of rounds that each have the same ones."""
    medians: dict[str, float] = {}
    spread: dict[str, tuple[float, float]] = {}
    noisy = []
    for name in rounds[0]:
        values = [each[name] for each in rounds]
        medians[name] = rounded(name, median(values))
        spread[name] = (rounded(name, min(values)), rounded(name, max(values)))
        if name.endswith("_per_s") and max(values) - min(values) > NOISE * median(values):
            noisy.append(name)
    return Figures(medians, spread, noisy)


def rounded(name: str, value: float) -> float:
    """As many digits as mean something."""
    for ending, digits in DIGITS.items():
        if name.endswith(ending):
            return round(value, digits) if digits else round(value)
    return value
