"""Copies of the working tree in which faults are planted; the tree itself is never touched."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.planted.faults import Fault, plant

ROOT = Path(__file__).parents[2]

MADE = ("hansatsu/web/static/dist", "hansatsu/formats/printing/fonts", "locale")
"""Folders with files that `make set-up` makes and git does not know."""

LINKED = ("bin", "include", "lib", "lib64", "pyvenv.cfg")
"""What a virtual environment is made of, but for what tests keep in it."""


class Tree:
    """A copy of the working tree as it is, uncommitted changes included.

    Args:
        home: where it is put.
        sound: the virtual environment (``linked_environment``) whose test cluster is that of the
            code without a fault, for faults that no database holds.
    """

    def __init__(self, home: Path, sound: Path) -> None:
        self.home = home
        self._sound = sound
        self._sound_files = home / ".sound"
        for name in _known_files():
            _copy(ROOT / name, home / name)
        for folder in MADE:
            shutil.copytree(ROOT / folder, home / folder, dirs_exist_ok=True)
        (home / ".hypothesis").mkdir()
        self._own = linked_environment(home / ".venv")

    def plant(self, fault: Fault) -> None:
        """Plant ``fault``.

        Raises:
            StaleFaultError: when it does not fit.
        """
        for path in fault.paths:
            if (self.home / path).is_file():
                _copy(self.home / path, self._sound_files / path)
        plant(fault, self.home)

    def mend(self, fault: Fault) -> None:
        """Put back the files that ``fault`` changes as they were copied, however the working tree
        is by now, and as old: Python knows compiled files by the age of their sources."""
        for path in fault.paths:
            if (self._sound_files / path).is_file():
                _copy(self._sound_files / path, self.home / path)

    def python(self, fault: Fault | None) -> tuple[str, dict[str, str]]:
        """The interpreter and environment for tests of this copy with ``fault`` (None: without)."""
        own = fault is not None and fault.is_in_database
        environment = os.environ | {"PYTHONPATH": str(self.home)}
        environment.pop("HANSATSU_TEST_CLUSTER", None)
        if not own:
            environment["HANSATSU_TEST_CLUSTER"] = "sound"
        return str((self._own if own else self._sound) / "bin" / "python"), environment


def linked_environment(home: Path) -> Path:
    """A virtual environment that is this one, but for the test clusters that it keeps."""
    home.mkdir(parents=True)
    for name in LINKED:
        if (Path(sys.prefix) / name).exists():
            (home / name).symlink_to(Path(sys.prefix) / name)
    return home


def _known_files() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=True, text=True,
    )  # fmt: skip
    return sorted({name for name in listed.stdout.split("\0") if (ROOT / name).is_file()})


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, target)
