"""The running server as its ``postmaster.pid`` tells, and what a crash leaves behind."""

import os
from pathlib import Path


def running_postmaster(data: Path) -> int | None:
    """The process id of the server that runs on ``data``, or None.

    The file alone proves nothing: after a crash or in a new container its number may belong to
    any process, so the process itself is looked at.
    """
    pid = _written_pid(data)
    return pid if pid is not None and _is_postgres_of(pid, data) else None


def remove_stale_files(data: Path, socket_dir: Path) -> None:
    """Remove what a killed server left, so that a reused process id cannot block a start.

    Call it only when no server runs on ``data`` and the home is locked. PostgreSQL's own check
    of the shared memory still stands behind it.
    """
    (data / "postmaster.pid").unlink(missing_ok=True)
    for leftover in socket_dir.glob(".s.PGSQL.*"):
        leftover.unlink(missing_ok=True)


def _written_pid(data: Path) -> int | None:
    try:
        first_line = (data / "postmaster.pid").read_text().partition("\n")[0]
        return abs(int(first_line))
    except (OSError, ValueError):
        return None


def _is_postgres_of(pid: int, data: Path) -> bool:
    proc = Path("/proc") / str(pid)
    if not Path("/proc/self").exists():
        return _answers(pid)
    try:
        words = (proc / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return os.fsencode(data) in words


def _answers(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
