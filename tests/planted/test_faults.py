"""Planted faults fit the code as it is. That each is caught is `make test-long`'s (ADR 0220)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.planted.faults import (
    FOLDER,
    Change,
    Fault,
    StaleFaultError,
    all_faults,
    plant,
    planted_text,
    read_fault,
)
from tests.planted.trees import ROOT, Tree, linked_environment

FEWEST = 40
"""The number of faults that the tests are held against, at least."""

PATCH = """Fault: it is wrong.
Was: it was so
Was: once.
Red: tests/test_it.py::test_it
--- a/it.py
+++ b/it.py
@@ -7,3 +7,2 @@ def it():
 one
-two
+2

@@
--- four
"""


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.patch")), ids=lambda path: path.stem)
def test_a_fault_fits_and_names_tests_that_are_there(path: Path) -> None:
    """A red line here: its code has moved or changed. See CONTRIBUTING.md, Planted faults."""
    fault = read_fault(path)
    texts: dict[str, str] = {}
    for change in fault.changes:
        text = texts.get(change.path) or (ROOT / change.path).read_text(encoding="utf-8")
        texts[change.path] = planted_text(fault.name, change, text)
        assert texts[change.path] != text
        if change.path.endswith(".py"):
            compile(texts[change.path], change.path, "exec")
    for test in fault.tests:
        file, *_, function = test.partition("[")[0].split("::")
        assert f"def {function}(" in (ROOT / file).read_text(encoding="utf-8")


def test_there_are_enough() -> None:
    faults = all_faults()
    assert len(faults) >= FEWEST
    assert len({fault.name[:2] for fault in faults}) == len(faults)


def test_a_fault_is_read(tmp_path: Path) -> None:
    path = tmp_path / "07_it.patch"
    path.write_text(PATCH)
    assert read_fault(path) == Fault(
        name="07_it",
        told="it is wrong.",
        was="it was so once.",
        tests=("tests/test_it.py::test_it",),
        changes=(
            Change("it.py", "one\ntwo\n\n", "one\n2\n\n"),
            Change("it.py", "-- four\n", ""),
        ),
    )


def test_it_is_planted_where_its_old_lines_stand(tmp_path: Path) -> None:
    (tmp_path / "it.py").write_text("zero\none\ntwo\n\nthree\n-- four\nfive\n")
    path = tmp_path / "07_it.patch"
    path.write_text(PATCH)
    plant(read_fault(path), tmp_path)
    assert (tmp_path / "it.py").read_text() == "zero\none\n2\n\nthree\nfive\n"


@pytest.mark.parametrize("code", ["", "two\n", "a line\n", "line\nline\n"])
def test_old_lines_that_stand_not_once_are_stale(code: str) -> None:
    """Not there, there as a part of another line only, and there twice."""
    with pytest.raises(StaleFaultError):
        planted_text("07_it", Change("it.py", "line\n", "lane\n"), code)


@pytest.mark.parametrize(
    "broken",
    [
        PATCH.replace("Fault:", "Foult:"),
        PATCH.replace("Fault: it is wrong.\n", ""),
        PATCH.replace("Red: tests/test_it.py::test_it\n", ""),
        PATCH.partition("---")[0],
        PATCH.replace("-two", "*two"),
        PATCH.replace("@@ -7,3 +7,2 @@ def it():\n", ""),
    ],
)
def test_what_is_no_fault_is_refused(tmp_path: Path, broken: str) -> None:
    path = tmp_path / "07_it.patch"
    path.write_text(broken)
    with pytest.raises(StaleFaultError):
        read_fault(path)


@pytest.mark.parametrize(
    ("path", "is_in_database"),
    [
        ("hansatsu/ledger/sql/functions/pay_set_v4.sql", True),
        ("hansatsu/ledger/migrations/0001_initial.py", True),
        ("hansatsu/ledger/sql/checks/02_lot_balances.sql", False),
        ("hansatsu/ledger/api.py", False),
    ],
)
def test_what_a_database_holds_needs_one_of_its_own(path: str, is_in_database: bool) -> None:
    fault = Fault("07_it", "", "", ("tests/test_it.py",), (Change(path, "a\n", "b\n"),))
    assert fault.is_in_database == is_in_database


def test_a_tree_is_mended_from_itself(tmp_path: Path) -> None:
    """Not from the working tree, which somebody may be changing meanwhile."""
    tree = Tree(tmp_path / "tree", linked_environment(tmp_path / "sound"))
    copied = tree.home / "tests/planted/__init__.py"
    copied.write_text("old = 1\n")
    os.utime(copied, (1_000_000, 1_000_000))
    path = "tests/planted/__init__.py"
    fault = Fault("07_it", "", "", (), (Change(path, "old = 1\n", "new = 2\n"),))
    tree.plant(fault)
    assert copied.read_text() == "new = 2\n"
    assert copied.stat().st_mtime > 1_000_000
    tree.mend(fault)
    assert (copied.read_text(), copied.stat().st_mtime) == ("old = 1\n", 1_000_000)
    assert (ROOT / path).read_text() not in ("old = 1\n", "new = 2\n")


def test_an_unknown_fault_is_said_so() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.planted", "no_such"],
        cwd=ROOT, capture_output=True, check=False, text=True,
    )  # fmt: skip
    assert run.returncode == 1
    assert "no such fault" in run.stderr
