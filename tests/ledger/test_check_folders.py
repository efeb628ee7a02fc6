"""A folder of checks is run because it is there: nobody lists it."""

import logging
from collections import Counter
from pathlib import Path

import psycopg
import pytest

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.support.tasks import check_ledger
from hansatsu.lab.crash import verifying
from hansatsu.lab.crash.journal import Journal
from hansatsu.ledger import checks

TREE = Path(checks.__file__).parents[1]


def test_every_check_of_the_tree_is_run() -> None:
    there = {path for path in TREE.rglob("*.sql") if path.parent.name == "checks"}
    assert {path.parent for path in there} > {checks.OWN}
    assert set(checks.checks_in_order()) == there


def test_a_check_has_a_number_of_its_own() -> None:
    numbers = Counter(path.name.split("_")[0] for path in checks.checks_in_order())
    assert all(number.isdigit() and len(number) == 2 for number in numbers)
    assert [number for number, count in numbers.items() if count > 1] == []


@pytest.fixture
def new_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A package that was not there before, with a check that finds something."""
    folder = tmp_path / "wing" / "room" / "sql" / "checks"
    folder.mkdir(parents=True)
    (folder / "99_new.sql").write_text("select 'a row that is wrong'", encoding="utf-8")
    monkeypatch.setattr(checks, "PACKAGE", tmp_path)
    return "99_new"


def test_the_worker_runs_a_new_packages_check(
    new_check: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        check_ledger()
    (record,) = caplog.records
    assert (record.__dict__["check"], record.__dict__["violations"]) == (new_check, 1)


def test_so_does_the_torture(new_check: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "_purchases", lambda _connection: Counter())  # others' tests'
    assert not verifying.examine(ledger_connection(), Journal(), {}).verify_ok


def test_told_folders_alone_are_run(new_check: str, app_connection: psycopg.Connection) -> None:
    found = checks.verify(app_connection, [checks.OWN]).checks
    assert {check.name for check in found} == {path.stem for path in checks.OWN.glob("*.sql")}
    assert new_check not in {check.name for check in found}
