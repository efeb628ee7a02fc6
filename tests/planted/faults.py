"""Reading planted faults and putting them into a tree.

A fault is a file ``faults/NN_name.patch``: a few lines of a head, then changes as ``git diff``
writes them.

    Fault: a payment leaves out the lock of its wallet.
    Was: what was really broken once, and where that stands (may be left out).
    Red: tests/ledger/test_concurrency.py::test_one_code_pays_once
    --- a/hansatsu/ledger/sql/functions/lock_wallets_v1.sql
    +++ b/hansatsu/ledger/sql/functions/lock_wallets_v1.sql
    @@
     a line that stays
    -a line that goes
    +a line that comes

Line numbers are not looked at: a change is where its old lines stand, and they must stand there
exactly once. So a fault lives on while code moves around it, and is stale, which is an error, as
soon as the code that it breaks is another.
"""

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "faults"
"""The folder of all planted faults."""

HEAD = re.compile(r"(Fault|Was|Red): (.+)")
"""A line of a fault's head."""


class StaleFaultError(Exception):
    """A fault that cannot be read, or whose old lines do not stand exactly once in its file."""


@dataclass(frozen=True, slots=True)
class Change:
    """Lines of one file that become others, each with its line end.

    Args:
        path: the file, from the root of the tree.
        old: the lines that stand there, the unchanged ones around them included.
        new: the lines that take their place.
    """

    path: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Fault:
    """One planted fault.

    Args:
        name: its file's name, without the ending.
        told: what is wrong with it, in a sentence.
        was: what of its kind was really broken once; empty when nothing was.
        tests: the tests that go red, as pytest names them.
        changes: what it changes, in order.
    """

    name: str
    told: str
    was: str
    tests: tuple[str, ...]
    changes: tuple[Change, ...]

    @property
    def paths(self) -> tuple[str, ...]:
        """The files that it changes, each once."""
        return tuple(dict.fromkeys(change.path for change in self.changes))

    @property
    def is_in_database(self) -> bool:
        """True when a migrated database holds the fault, so that it needs one of its own.

        Checks are read from their files each time; all other SQL is run by migrations, and so is
        what ``parties/tenancy`` says of columns.
        """
        return any(
            "/migrations/" in change.path
            or "/tenancy/" in change.path
            or (change.path.endswith(".sql") and "/checks/" not in change.path)
            for change in self.changes
        )


def all_faults() -> list[Fault]:
    """Every planted fault, by name.

    Raises:
        StaleFaultError: when one cannot be read.
    """
    return [read_fault(path) for path in sorted(FOLDER.glob("*.patch"))]


def read_fault(path: Path) -> Fault:
    """The fault of a file.

    Raises:
        StaleFaultError: when it has no head, no tests or no changes.
    """
    head, body = _split(path.read_text(encoding="utf-8"))
    said: dict[str, list[str]] = {"Fault": [], "Was": [], "Red": []}
    for line in head:
        found = HEAD.fullmatch(line)
        if found is None:
            raise StaleFaultError(f"{path.name}: no line of a head: {line}")
        said[found[1]].append(found[2])
    changes = tuple(_changes(path.name, body))
    if not said["Fault"] or not said["Red"] or not changes:
        raise StaleFaultError(f"{path.name}: needs what it is (Fault:), tests (Red:) and changes")
    return Fault(
        path.stem, " ".join(said["Fault"]), " ".join(said["Was"]), tuple(said["Red"]), changes
    )


def plant(fault: Fault, tree: Path) -> None:
    """Put a fault into a tree.

    Raises:
        StaleFaultError: when the old lines of a change are not there exactly once; the tree may
            then hold changes that came before it.
    """
    for change in fault.changes:
        file = tree / change.path
        if not file.is_file():
            raise StaleFaultError(f"{fault.name}: there is no {change.path}")
        planted = planted_text(fault.name, change, file.read_text(encoding="utf-8"))
        file.write_text(planted, encoding="utf-8")


def planted_text(name: str, change: Change, text: str) -> str:
    """What the file of a change says once it is planted.

    Args:
        name: the fault's name, for what is raised.
        change: what to change.
        text: what the file says.

    Raises:
        StaleFaultError: when the old lines are not there exactly once.
    """
    old = re.compile(f"^(?={re.escape(change.old)})", re.MULTILINE)
    places = [found.start() for found in old.finditer(text)]
    if len(places) != 1:
        raise StaleFaultError(f"{name}: its old lines stand {len(places)} times in {change.path}")
    return text[: places[0]] + change.new + text[places[0] + len(change.old) :]


def _split(text: str) -> tuple[list[str], list[str]]:
    lines = text.splitlines()
    start = next((at for at, line in enumerate(lines) if line.startswith("--- ")), len(lines))
    head = [line for line in lines[:start] if line and not line.startswith(("diff ", "index "))]
    return head, lines[start:]


def _changes(name: str, lines: list[str]) -> list[Change]:
    changes: list[Change] = []
    path = ""
    for place, line in enumerate(lines):
        if _begins_file(lines, place) or line.startswith(("diff ", "index ")):
            continue
        if _begins_file(lines, place - 1):
            path = line.removeprefix("+++ ").removeprefix("b/")
        elif line.startswith("@@"):
            changes.append(Change(path, "", ""))
        elif not changes:
            raise StaleFaultError(f"{name}: a line before any @@: {line}")
        else:
            changes[-1] = _with_line(name, changes[-1], line)
    return changes


def _begins_file(lines: list[str], place: int) -> bool:
    """True when a line is the first of the two that name a file; a comment of SQL that goes begins
    with three hyphens, too."""
    two = lines[place : place + 2] if place >= 0 else []
    return [each[:4] for each in two] == ["--- ", "+++ "]


def _with_line(name: str, change: Change, line: str) -> Change:
    sign, rest = (line[0], f"{line[1:]}\n") if line else (" ", "\n")
    if sign not in " -+":
        raise StaleFaultError(f"{name}: a line that is neither kept, old nor new: {line}")
    old = change.old if sign == "+" else change.old + rest
    new = change.new if sign == "-" else change.new + rest
    return Change(change.path, old, new)
