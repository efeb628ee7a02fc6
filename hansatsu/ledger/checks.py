"""The books check themselves: every query in a folder ``sql/checks`` finds nothing, or names the
rows.

A wrong row is named in words that a person can look up. All checks of a run see one snapshot. What
is asked about each wallet is asked of one part of the books after another (``parts``), and what is
found is read row by row: large books take longer, not more memory.
A package that holds what it knows against the ledger has a folder ``sql/checks`` of its own, and
that is all: the folders are found, nobody lists them (ADR 0210).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg import Connection, IsolationLevel

from hansatsu.ledger.parts import ENTRIES, Part, in_parts
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


@dataclass(frozen=True, slots=True)
class Step:
    """What is about to be done: check `name`, the `place`-th of `count`, in the `part`-th of
    `parts`. All count from 1; a check that is no matter of single wallets has one part."""

    name: str
    place: int
    count: int
    part: int
    parts: int


def verify(
    connection: Connection[Any],
    folders: Sequence[Path] | None = None,
    *,
    tell: Callable[[Step], None] | None = None,
    entries_a_part: int = ENTRIES,
) -> Verification:
    """Recompute everything from genesis. The connection must be outside any transaction.

    Args:
        connection: to the books, as somebody who may read all of them.
        folders: of the checks to run; every folder there is, unless told.
        tell: is called before each step.
        entries_a_part: about how many entries a check that goes by wallets looks at together.
    """
    with _one_snapshot(connection), connection.cursor() as cursor:
        # Large books take their time. Sorts and joins spill to disk beyond this much memory,
        # whatever the server allows a page's small queries.
        cursor.execute("set local statement_timeout = 0")
        cursor.execute("set local work_mem = '16MB'")
        cursor.execute(
            """
            select (select count(*) from ledger.wallet),
                (select count(*) from ledger.entry),
                (select count(*) from ledger.lot),
                (select coalesce(sum(balance), 0)::bigint from ledger.lot)
            """
        )
        wallets, entries, lots, outstanding = cursor.fetchall()[0]
        parts = in_parts(cursor, entries_a_part)
        paths = checks_in_order(folders)
        checks = tuple(
            _check(connection, path, parts, place, len(paths), tell)
            for place, path in enumerate(paths, 1)
        )
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


@contextmanager
def _one_snapshot(connection: Connection[Any]) -> Iterator[None]:
    """A transaction in which all statements see the books of one moment, and none writes."""
    before = connection.isolation_level, connection.read_only
    connection.isolation_level, connection.read_only = IsolationLevel.REPEATABLE_READ, True
    try:
        with connection.transaction():
            yield
    finally:
        connection.isolation_level, connection.read_only = before


def _check(
    connection: Connection[Any],
    path: Path,
    parts: Sequence[Part],
    place: int,
    count: int,
    tell: Callable[[Step], None] | None,
) -> Check:
    """Run one check, part by part when its query names the wallets."""
    query = path.read_text(encoding="utf-8")
    asked = parts if ":first" in query else parts[:1]
    violations = 0
    named: list[str] = []
    for part in asked:
        if tell is not None:
            tell(Step(path.stem, place, count, part.place, len(asked)))
        for row in _rows(connection, part.of(query)):
            violations += 1
            if len(named) < NAMED:
                named.append(row)
    return Check(path.stem, violations, tuple(named))


def _rows(connection: Connection[Any], query: str) -> Iterator[str]:
    """What a query finds, a row at a time: forged books may have more of it than memory holds."""
    with connection.cursor() as cursor:
        for row in cursor.stream(query.encode()):
            yield row[0]
