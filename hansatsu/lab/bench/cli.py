"""The commands of `hansatsu bench`."""

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict

import click

from hansatsu.lab.bench.closing import bench_close
from hansatsu.lab.bench.curve import bench_curve
from hansatsu.lab.bench.draws import SPREADS, Spread
from hansatsu.lab.bench.http import bench_http
from hansatsu.lab.bench.issue import bench_issue
from hansatsu.lab.bench.pages import bench_pages
from hansatsu.lab.bench.pay import bench_pay
from hansatsu.lab.bench.report import tell
from hansatsu.lab.bench.soak import bench_soak
from hansatsu.lab.bench.together import BENCHES, BenchFailedError, Row, rows_of, table
from hansatsu.lab.bench.verify import bench_verify
from hansatsu.lab.bench.webhooks import bench_webhooks
from hansatsu.lab.bench.yardstick import SET, SHOPS, WALLETS


@click.group()
def bench() -> None:
    """Measure, beside the limit."""


as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
in_rounds = click.option(
    "--rounds", default=3, show_default=True, help="How many; their median counts."
)
spread = click.option(
    "--spread",
    type=click.Choice(SPREADS),
    default="even",
    show_default=True,
    help="What payers and shops follow.",
)
wallets = click.option(
    "--wallets",
    default=WALLETS,
    show_default=True,
    type=click.IntRange(SET),
    help="How many there are.",
)
shops = click.option(
    "--shops",
    default=SHOPS,
    show_default=True,
    type=click.IntRange(1),
    help="How many there are.",
)


@bench.command()
@click.option("--seconds", default=10, show_default=True, help="Of each measurement.")
@click.option("--clients", default=64, show_default=True, help="Callers at once.")
@in_rounds
@spread
@wallets
@shops
@as_json
def pay(
    seconds: int, clients: int, rounds: int, spread: Spread, wallets: int, shops: int, as_json: bool
) -> None:
    """Payments through the Python API, beside pgbench calling the same function, and a lean one."""
    tell(bench_pay(seconds, clients, rounds, spread, wallets, shops), as_json)


@bench.command()
@click.option("--seconds", default=10, show_default=True, help="Of each measurement.")
@click.option("--clients", default=64, show_default=True, help="Tills at once.")
@click.option("--api", default=1, show_default=True, help="Processes that answer.")
@in_rounds
@spread
@wallets
@shops
@as_json
def http(
    seconds: int,
    clients: int,
    api: int,
    rounds: int,
    spread: Spread,
    wallets: int,
    shops: int,
    as_json: bool,
) -> None:
    """Payments over HTTP, the whole way, half by pay codes, half by cards."""
    tell(bench_http(seconds, clients, api, rounds, spread, wallets, shops), as_json)


@bench.command()
@click.option("--seconds", default=10, show_default=True, help="Of each measurement.")
@click.option("--clients", default=8, show_default=True, help="Residents at once.")
@click.option("--rows", default=100_000, show_default=True, help="Of each list; 0 leaves them out.")
@click.option("--lots", default=0, show_default=True, help="That others hold, about.")
@in_rounds
@as_json
def pages(seconds: int, clients: int, rows: int, lots: int, rounds: int, as_json: bool) -> None:
    """The wallet's pages, by processor time, and the console's lists, in milliseconds."""
    show(bench_pages(seconds, clients, rows, rounds, lots), as_json)


@bench.command()
@click.option("--minutes", default=30, show_default=True)
@click.option("--clients", default=64, show_default=True, help="Tills at once.")
@as_json
def soak(minutes: int, clients: int, as_json: bool) -> None:
    """Payments over HTTP for a long time, while the API's memory is watched."""
    show(bench_soak(minutes, clients), as_json)


@bench.command()
@click.option("--seconds", default=10, show_default=True, help="Of each measurement.")
@click.option("--endpoints", default=1, show_default=True, help="Servers that answer at once.")
@as_json
def webhooks(seconds: int, endpoints: int, as_json: bool) -> None:
    """Webhooks and mails by one worker, beside a shop's server that hangs."""
    show(bench_webhooks(seconds, endpoints), as_json)


@bench.command()
@click.option(
    "--lots",
    default=100_000,
    show_default=True,
    type=click.IntRange(1),
    help="Of each measurement.",
)
@in_rounds
@as_json
def issue(lots: int, rounds: int, as_json: bool) -> None:
    """New value for many wallets, one lot to each, then eight to each."""
    tell(bench_issue(lots, rounds), as_json)


@bench.command()
@click.option("--largest", default=1_000_000, show_default=True, help="Lots, at the most.")
@click.option("--seconds", default=5, show_default=True, help="Of each measurement.")
@as_json
def curve(largest: int, seconds: int, as_json: bool) -> None:
    """The cost of a payment as the books grow."""
    points = bench_curve(largest, seconds)
    if as_json:
        click.echo(json.dumps({"points": points}))
        return
    for point in points:
        show(point, as_json=False)
        click.echo()


@bench.command()
@click.option("--entries", default=1_000_000, show_default=True, help="In the books, about.")
@as_json
def verify(entries: int, as_json: bool) -> None:
    """Large books verified by the command, and the memory it takes."""
    figures = bench_verify(entries)
    if as_json:
        click.echo(json.dumps(figures))
        return
    slowest = figures.pop("slowest")
    show(figures, as_json=False)
    click.echo("The slowest checks, in seconds:")
    show(slowest, as_json=False)


@bench.command()
@click.option("--shops", default=2_000, show_default=True, help="That are closed.")
@click.option("--payments", default=1_000_000, show_default=True, help="Of last month.")
@click.option("--papers", default=40, show_default=True, help="Statements that are printed.")
@as_json
def close(shops: int, payments: int, papers: int, as_json: bool) -> None:
    """A month of a large town closed, and its statements as PDF and xlsx."""
    show(bench_close(shops, payments, papers), as_json)


@bench.command("all")
@in_rounds
@as_json
def together(rounds: int, as_json: bool) -> None:
    """Every benchmark shortly, in one table, beside the yardstick where there is one."""
    rows: list[Row] = []
    failed: list[str] = []
    for name in BENCHES:
        click.echo(f"{name} …", err=True)
        try:
            rows += rows_of(name, rounds)
        except BenchFailedError:
            failed.append(name)
    click.echo(json.dumps([asdict(row) for row in rows]) if as_json else table(rows))
    if failed:
        click.echo(f"Without figures, see above: {', '.join(failed)}.", err=True)
        sys.exit(1)


def show(figures: Mapping[str, float], as_json: bool) -> None:
    """One JSON object, or a table for people."""
    if as_json:
        click.echo(json.dumps(figures))
        return
    for name, figure in figures.items():
        click.echo(f"{name:>22}  {figure:,}")
