"""The books check themselves: every query in a folder ``sql/checks`` finds nothing, or names the
rows.

A wrong row is named in words that a person can look up. All checks of a run see one snapshot.
A package that holds what it knows against the ledger has a folder ``sql/checks`` of its own, and
that is all: the folders are found, nobody lists them (ADR 0210).
The invariant on closings comes with settlement; see ARCHITECTURE.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg import Connection, IsolationLevel

from hansatsu.ledger.sql import FOLDER

OWN = FOLDER / "checks"
"""The folder of the ledger's own checks."""

PACKAGE = FOLDER.parents[1]
"""The installed package, below which folders of checks are found."""

NAMED = 20
"""How many violations of a check are named; all are counted."""


@dataclass(frozen=True, slots=True)
class Check:
    """One invariant: how many rows break it, and the first of them in words."""

    name: str
    violations: int
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verification:
    """The state of the books; `outstanding` is all living and unswept value in yen."""

    wallets: int
    entries: int
    lots: int
    outstanding: int
    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        return all(check.violations == 0 for check in self.checks)


def verify(connection: Connection[Any], folders: Sequence[Path] | None = None) -> Verification:
    """Recompute everything from genesis. The connection must be outside any transaction.

    Args:
        connection: to the books, as somebody who may read all of them.
        folders: of the checks to run; every folder there is, unless told.
    """
    before = connection.isolation_level
    connection.isolation_level = IsolationLevel.REPEATABLE_READ
    try:
        with connection.transaction(), connection.cursor() as cursor:
            cursor.execute("set local statement_timeout = 0")  # large books take their time
            cursor.execute(
                """
                select (select count(*) from ledger.wallet),
                    (select count(*) from ledger.entry),
                    (select count(*) from ledger.lot),
                    (select coalesce(sum(balance), 0)::bigint from ledger.lot)
                """
            )
            wallets, entries, lots, outstanding = cursor.fetchall()[0]
            checks = tuple(_check(connection, path) for path in checks_in_order(folders))
    finally:
        connection.isolation_level = before
    return Verification(wallets, entries, lots, outstanding, checks)


def check_folders() -> list[Path]:
    """Every folder of checks of the installed package: the ledger's own, and those of the
    packages that hold what they know against the ledger."""
    return sorted(PACKAGE.glob("**/sql/checks"))


def checks_in_order(folders: Sequence[Path] | None = None) -> list[Path]:
    """The files of the checks, by number: of every folder, unless told of which."""
    chosen = check_folders() if folders is None else folders
    return sorted((path for folder in chosen for path in folder.glob("*.sql")), key=_by_name)


def _by_name(path: Path) -> str:
    return path.name


def _check(connection: Connection[Any], path: Path) -> Check:
    with connection.cursor() as cursor:
        cursor.execute(path.read_bytes())
        rows = [row[0] for row in cursor.fetchall()]
    return Check(path.stem, len(rows), tuple(rows[:NAMED]))
