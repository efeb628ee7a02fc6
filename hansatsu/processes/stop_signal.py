"""The wish to stop, however it reaches us."""

import signal
import threading

from hansatsu.system.parent import Parent


class StopWish:
    """Set by SIGTERM, SIGINT and SIGHUP, and by a parent that was told to stop and waits for us.

    Make it in the main thread.

    Args:
        parent: whom to watch, if anyone.
    """

    def __init__(self, parent: Parent | None = None) -> None:
        self._event = threading.Event()
        self._parent = parent
        for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(each, lambda *_: self._event.set())

    def wait(self, seconds: float) -> bool:
        """Wait for it, at most so long. Returns whether it is there."""
        if self._parent is not None and self._parent.was_interrupted():
            return True
        return self._event.wait(seconds)
