"""`hansatsu bench all`: every benchmark shortly, one after another, in one table."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from hansatsu.lab.bench.figures import figures_of


@dataclass(frozen=True, slots=True)
class Bench:
    """What `hansatsu bench` is asked, which of its figures are told, and the names of those that
    hold one against the yardstick. `in_rounds` is true of one that tells their spread itself."""

    arguments: tuple[str, ...]
    figures: tuple[str, ...]
    in_rounds: bool = False
    ratios: Mapping[str, str] = field(default_factory=dict)


BENCHES = {
    "pay": Bench(
        ("--seconds", "3"),
        (
            "payments_per_s",
            "p99_ms",
            "limit_per_s",
            "set_limit_per_s",
            "lean_per_s",
            "lean_set_per_s",
            "postgres_us",
            "python_us",
        ),
        in_rounds=True,
        ratios={
            "payments_per_s": "lean_ratio",
            "limit_per_s": "single_ratio",
            "set_limit_per_s": "set_ratio",
        },
    ),
    "http": Bench(
        ("--seconds", "3"),
        (
            "payments_per_s",
            "p50_ms",
            "p99_ms",
            "limit_per_s",
            "lean_per_s",
            "client_us",
            "api_us",
            "postgres_us",
        ),
        in_rounds=True,
        ratios={"payments_per_s": "lean_ratio", "limit_per_s": "limit_ratio"},
    ),
    "pages": Bench(
        ("--seconds", "3", "--rounds", "1", "--rows", "0"),
        ("pages_per_core", "postgres_us", "history_pages_per_core", "balance_pages_per_core"),
    ),
    "webhooks": Bench(
        ("--seconds", "5"),
        ("deliveries_per_s", "mails_per_s", "p50_ms", "delivery_worker_us", "mail_worker_us"),
    ),
    "verify": Bench(
        ("--entries", "100000"),
        ("entries_per_s", "processor_s", "client_mb", "postgres_mb"),
    ),
    "issue": Bench(
        ("--lots", "20000"),
        ("lots_per_s", "lot_postgres_us", "lots_in_eights_per_s", "lot_in_eights_postgres_us"),
        in_rounds=True,
    ),
}
"""In the order in which they run: one is short enough to be run often, long enough to be seen."""


@dataclass(frozen=True, slots=True)
class Row:
    """A figure: its median, the lowest and the highest of its rounds where they are told, and how
    many times the yardstick it is where there is one."""

    bench: str
    figure: str
    median: float
    spread: tuple[float, float] | None
    ratio: float | None


class BenchFailedError(Exception):
    """A benchmark ended without figures; what it said stands on stderr."""


Ask = Callable[[str, tuple[str, ...]], dict[str, Any]]
"""Runs the benchmark of that name with those arguments; returns its figures.

Raises:
    BenchFailedError: when it has none.
"""


def ask(name: str, arguments: tuple[str, ...]) -> dict[str, Any]:
    """In a process of its own, so that none finds what another left."""
    ran = subprocess.run(
        [sys.executable, "-m", "hansatsu.cli", "bench", name, *arguments, "--json"],
        stdout=subprocess.PIPE,
        check=False,
    )
    if ran.returncode != 0:
        raise BenchFailedError
    figures: dict[str, Any] = json.loads(ran.stdout)
    return figures


def rows_of(name: str, rounds: int, asking: Ask = ask) -> Iterator[Row]:
    """The rows of one benchmark. One that tells no spread is run as many times as there are rounds.

    Raises:
        BenchFailedError: when it has no figures.
    """
    bench = BENCHES[name]
    if bench.in_rounds:
        told = asking(name, (*bench.arguments, "--rounds", str(rounds)))
        spread = told.get("spread", {})
    else:
        runs = [asking(name, bench.arguments) for _ in range(rounds)]
        figures = figures_of([{each: run[each] for each in bench.figures} for run in runs])
        told, spread = dict(figures.medians), figures.spread
    for figure in bench.figures:
        low_and_high = spread.get(figure)
        ratio = told.get(bench.ratios.get(figure, ""))
        yield Row(name, figure, told[figure], tuple(low_and_high) if low_and_high else None, ratio)


def table(rows: list[Row]) -> str:
    """For people."""
    lines = [f"{'':34}  {'median':>12}  {'lowest … highest':>23}  × the yardstick"]
    lines += [_line(row) for row in rows]
    return "\n".join(lines)


def _line(row: Row) -> str:
    spread = "" if row.spread is None else f"{row.spread[0]:,} … {row.spread[1]:,}"
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
    return f"{row.bench:>9} {row.figure:<24}  {row.median:>12,}  {spread:>23}  {ratio:>15}".rstrip()
