"""Running tests in a tree and telling why they were red."""

import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from tests.planted.faults import Fault, StaleFaultError
from tests.planted.trees import Tree

PATIENCE = 240.0
"""Seconds that a fault's tests get."""

ASSERTED = re.compile(r"assert |AssertionError|Failed: ")
"""How a test that found something wrong begins to say so; an import that fails begins otherwise."""

ALL_PASSED = 0
SOME_FAILED = 1
"""Two of pytest's exit codes."""


@dataclass(frozen=True, slots=True)
class Run:
    """How a run of tests ended.

    Args:
        caught: True when a test failed by what it asserts.
        told: the test that did, with what it said, or why the run does not count.
        seconds: how long it took.
    """

    caught: bool
    told: str
    seconds: float


def try_fault(tree: Tree, fault: Fault) -> Run:
    """Plant a fault, run the tests that it names, and take it out again."""
    began = time.monotonic()
    try:
        tree.plant(fault)
        caught, told = _red(tree, fault)
    except StaleFaultError as stale:
        caught, told = False, str(stale)
    finally:
        tree.mend(fault)
    return Run(caught, told, time.monotonic() - began)


def broken_without_fault(tree: Tree, tests: Sequence[str]) -> str:
    """What pytest says of ``tests`` in a tree without faults; empty when all pass."""
    code, output, _ = _pytest(tree, None, tests)
    return "" if code == ALL_PASSED else output


def _red(tree: Tree, fault: Fault) -> tuple[bool, str]:
    code, output, failures = _pytest(tree, fault, fault.tests)
    if code == ALL_PASSED:
        return False, "all green"
    for test, said in failures:
        if code == SOME_FAILED and ASSERTED.match(said):
            return True, f"{test}: {said.splitlines()[0]}"
    why = failures[0][1] if failures else output
    return False, f"red, but not by an assertion (exit {code}): {why[-2000:]}"


def _pytest(
    tree: Tree, fault: Fault | None, tests: Sequence[str]
) -> tuple[int | None, str, list[tuple[str, str]]]:
    """Exit code, output, and the failures of tests themselves, each with its message."""
    python, environment = tree.python(fault)
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        stop = () if fault is None else ("-x",)
        code, output = _run(
            [python, "-m", "pytest", "-q", *stop, f"--junitxml={report}", *tests],
            environment, tree.home, PATIENCE if fault else 4 * PATIENCE,
        )  # fmt: skip
        return code, output, _failures(report) if report.exists() else []


def _failures(report: Path) -> list[tuple[str, str]]:
    return [
        (case.get("name", ""), failure.get("message", ""))
        for case in ElementTree.parse(report).iter("testcase")  # noqa: S314, pytest wrote it
        for failure in case.findall("failure")
    ]


def _run(
    command: Sequence[str], environment: dict[str, str], home: Path, patience: float
) -> tuple[int | None, str]:
    process = subprocess.Popen(
        command, env=environment, cwd=home, start_new_session=True, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        output, _ = process.communicate(timeout=patience)
        return process.returncode, output
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate()
        return None, f"not done after {patience:.0f} s"
