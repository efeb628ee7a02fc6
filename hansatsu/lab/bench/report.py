"""Telling what was measured: one JSON object, or a table for people."""

import json
from dataclasses import dataclass

import click

from hansatsu.lab.bench.figures import NOISE, Figures
from hansatsu.lab.bench.settings import Settings


@dataclass(frozen=True, slots=True)
class Report:
    """Figures, and what they were measured on."""

    figures: Figures
    settings: Settings
    hindered: dict[str, int] | None = None
    """Answers that were no payment, by status and code; None where there are none to have."""


def tell(report: Report, as_json: bool) -> None:
    """On stdout; what makes the figures doubtful in a sentence on stderr."""
    figures = report.figures
    if as_json:
        told = figures.medians | {
            "spread": figures.spread,
            "noisy": figures.noisy,
            "settings": report.settings,
        }
        if report.hindered is not None:
            told["hindered"] = report.hindered
        click.echo(json.dumps(told))
    else:
        for name, figure in figures.medians.items():
            lowest, highest = figures.spread[name]
            click.echo(f"{name:>24}  {figure:>10,}   {lowest:,} … {highest:,}")
        click.echo()
        for setting, value in report.settings.items():
            click.echo(f"{setting:>24}  {value}")
    if figures.noisy:
        click.echo(
            f"The machine was not quiet: rounds differ by more than {NOISE:.0%} in "
            f"{', '.join(figures.noisy)}.",
            err=True,
        )
    if report.hindered:
        answers = ", ".join(f"{count} × {what}" for what, count in report.hindered.items())
        click.echo(f"Not all were payments: {answers}.", err=True)
