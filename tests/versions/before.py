"""The version before: its tree, taken from the repository's own history."""

import io
import subprocess
import tarfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]

COMMIT = "677bfa4"
"""The last commit of the released version. Moved on at each release: CONTRIBUTING.md."""


def with_code_of(tree: Path) -> dict[str, str]:
    """The environment variables that have a process run the code in ``tree``."""
    return {"PYTHONPATH": str(tree), "PYTHONSAFEPATH": "1"}


class HistoryMissingError(Exception):
    """The repository does not hold the commit: a shallow clone, or no clone at all."""


def lay_out(folder: Path, commit: str = COMMIT, parts: Sequence[str] = ("hansatsu",)) -> Path:
    """Write the code of a version before into ``folder``, for ``PYTHONPATH``.

    Args:
        folder: made when it is missing.
        commit: of the version.
        parts: files and folders of its tree.

    Raises:
        HistoryMissingError: with what to do about it.
    """
    packed = subprocess.run(
        ["git", "-C", ROOT, "archive", commit, *parts], capture_output=True, check=False
    )
    if packed.returncode != 0:
        raise HistoryMissingError(
            f"The version before ({commit}) is not in this repository's history, and payments of"
            " old processes against the new schema cannot be tried without it: clone it whole"
            f" (git fetch --unshallow). git says: {packed.stderr.decode().strip()}"
        )
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return folder
