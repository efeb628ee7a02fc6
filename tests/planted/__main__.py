"""``python -m tests.planted [NAME ...]``: plant each fault, or those named, and expect red."""

import os
import queue
import shutil
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click

from tests.planted.faults import Fault, all_faults
from tests.planted.runs import Run, broken_without_fault, try_fault
from tests.planted.trees import Tree, linked_environment

MOST_AT_ONCE = 4
"""The largest number of trees in which faults are tried at the same time."""


@click.command()
@click.argument("names", nargs=-1)
@click.option(
    "--at-once", type=click.IntRange(1), default=min(os.process_cpu_count() or 1, MOST_AT_ONCE),
    show_default=True, help="Faults that are tried at the same time.",
)  # fmt: skip
@click.option("--green/--no-green", default=True, help="Run the tests without a fault first.")
def main(names: Sequence[str], at_once: int, green: bool) -> None:
    """Plant each fault (or those whose names begin with NAMES) and expect its tests to go red.

    Ends with 1 when a test is red without a fault, or a fault is not caught.
    """
    faults = [each for each in all_faults() if not names or each.name.startswith(tuple(names))]
    if not faults:
        raise click.ClickException("There is no such fault.")
    home = Path(tempfile.mkdtemp(prefix="hansatsu-planted-"))
    home.chmod(0o755)
    try:
        sound = linked_environment(home / "sound")
        trees = [Tree(home / f"tree-{place}", sound) for place in range(at_once)]
        if green:
            _expect_green(trees, faults)
        _expect_red(trees, faults)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _expect_green(trees: list[Tree], faults: list[Fault]) -> None:
    tests = sorted({test for fault in faults for test in fault.tests})
    shares = [tests[place :: len(trees)] for place in range(len(trees))]
    with ThreadPoolExecutor(len(trees)) as threads:
        told = list(threads.map(broken_without_fault, trees, shares))
    if any(told):
        raise click.ClickException("Red without a fault:\n" + "\n".join(filter(None, told)))
    click.echo(f"{len(tests)} named tests or files are green without a fault.")


def _expect_red(trees: list[Tree], faults: list[Fault]) -> None:
    free: queue.Queue[Tree] = queue.Queue()
    for tree in trees:
        free.put(tree)

    def attempt(fault: Fault) -> Run:
        tree = free.get()
        try:
            run = try_fault(tree, fault)
        finally:
            free.put(tree)
        _tell(fault, run)
        return run

    with ThreadPoolExecutor(len(trees)) as threads:
        runs = list(threads.map(attempt, faults))
    caught = sum(run.caught for run in runs)
    click.echo(f"{caught} of {len(faults)} planted faults caught.")
    if caught < len(faults):
        raise click.ClickException(
            "Not caught: "
            + ", ".join(each.name for each, run in zip(faults, runs, strict=True) if not run.caught)
        )


def _tell(fault: Fault, run: Run) -> None:
    mark = "caught" if run.caught else "NOT CAUGHT"
    told = run.told[:110] if run.caught else run.told
    click.echo(f"{mark:10} {run.seconds:5.0f} s  {fault.name:36} {told}")


if __name__ == "__main__":
    main()
