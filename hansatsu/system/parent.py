"""Processes that end with the one that started them.

A demo whose terminal is closed, whose ``make`` is killed, must leave no server behind and no
port taken. Linux can send a signal to a child when its parent ends, however it ended
(``PR_SET_PDEATHSIG``, prctl(2)). Elsewhere these functions do nothing.

The signal is tied to the *thread* that started the child: start children from the main thread.
"""

import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

DIE_WITH_PARENT = "HANSATSU_DIE_WITH_PARENT"
"""Environment variable: ``1`` asks a process of ours to end with its parent."""

LAST_WORDS = 3.0
"""Seconds that a process gets to finish what it does once its parent has ended."""

_GLANCE = 0.5
"""Seconds between two looks at the parent."""

_PR_SET_PDEATHSIG = 1
_prctl = ctypes.CDLL(None, use_errno=True).prctl if sys.platform == "linux" else None


def die_with_parent(death_signal: signal.Signals, parent: int | None = None) -> None:
    """Have ``death_signal`` sent to this process when its parent ends.

    Args:
        death_signal: what to receive.
        parent: the process id the parent had when it started us, if known. When it has ended
            before we could ask, the signal is sent at once.
    """
    if _prctl is None:
        return
    _prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
    if parent is not None and os.getppid() != parent:
        os.kill(os.getpid(), death_signal)


def die_with_parent_if_asked(
    death_signal: signal.Signals, environment: Mapping[str, str] = os.environ
) -> bool:
    """As ``die_with_parent``, when the environment has ``HANSATSU_DIE_WITH_PARENT=1``.

    Returns whether it has.
    """
    asked = environment.get(DIE_WITH_PARENT) == "1"
    if asked:
        die_with_parent(death_signal)
    return asked


def outlive_parent_at_most(seconds: float) -> None:
    """End this process, whatever it is doing, so many seconds after its parent has ended.

    The death signal only asks, and a process that waits for a database which ended with the
    same parent may never get to the answer. Call it before anything handles signals.
    """
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_GLANCE)
        time.sleep(seconds)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, name="parent", daemon=True).start()


class Parent:
    """The process that started us, watched for a wish that it does not pass on.

    A terminal's Ctrl-C reaches make and us alike. A SIGINT sent to make alone stays there: make
    waits for us to end, and never tells us. But it stops catching SIGINT, and that can be seen.
    """

    def __init__(self) -> None:
        self._pid = os.getppid()
        self._was_catching = self._catches_interrupt()

    def was_interrupted(self) -> bool:
        """True when it was told to stop and waits for us."""
        return self._was_catching and not self._catches_interrupt()

    def _catches_interrupt(self) -> bool:
        try:
            status = (Path("/proc") / str(self._pid) / "status").read_text()
        except OSError:
            return False
        caught = next(line for line in status.splitlines() if line.startswith("SigCgt:"))
        return bool(int(caught.split()[1], 16) >> (signal.SIGINT - 1) & 1)
