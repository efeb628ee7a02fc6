"""One process runs the server of a home at a time; the others join it."""

import fcntl
import os
from pathlib import Path


class HomeLock:
    """An advisory lock that the system gives back when the process ends, however it ends."""

    def __init__(self, home: Path) -> None:
        self._path = home / "server.lock"
        self._descriptor: int | None = None

    def take(self) -> bool:
        """Take the lock if it is free. Returns whether we have it."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def give_back(self) -> None:
        """Let others have it."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
