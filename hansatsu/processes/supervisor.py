"""Keeps a handful of processes running and stops them in order."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hansatsu.processes import child
from hansatsu.system.parent import die_with_parent

STOPPING_PATIENCE = 20.0
"""Seconds a process gets to end when asked to."""

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
"""Seconds between a process's end and its next start: doubled each time, up to this."""

HEALTHY_AFTER = 60.0
"""Seconds after which a process counts as well, so that its next pause is short again."""


@dataclass(slots=True)
class Child:
    """A process to keep running.

    Args:
        name: which (``hansatsu.processes.child``).
        environment: all of its environment.
        log: the file that takes what it prints; None leaves it our terminal.
    """

    name: str
    environment: Mapping[str, str]
    log: Path | None = None
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _started: float = field(default=0.0, init=False)
    _pause: float = field(default=FIRST_PAUSE, init=False)
    _due: float = field(default=0.0, init=False)

    def start(self) -> None:
        """Start it, in a process group of its own: Ctrl-C reaches us alone."""
        self.process = spawn(self.name, self.environment, self.log)
        self._started = time.monotonic()
        self._due = 0.0

    def restart_when_due(self, tell: Callable[[str], None]) -> None:
        """Start it again when it has ended, after a pause that grows."""
        if self.process is None or self.process.poll() is None:
            return
        now = time.monotonic()
        if not self._due:
            if now - self._started > HEALTHY_AFTER:
                self._pause = FIRST_PAUSE
            self._due = now + self._pause
            self._pause = min(self._pause * 2, LONGEST_PAUSE)
            where = f" (see {self.log})" if self.log else ""
            tell(f"{self.name} ended with {self.process.returncode}{where}; starting it again.")
        elif now >= self._due:
            self.start()

    def stop(self) -> None:
        """Ask it to end, wait, then end whatever of it is left."""
        if self.process is not None:
            end(self.process)
            self.process = None


class Supervisor:
    """Processes in the order they were started; they are stopped in the opposite order."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._children: list[Child] = []

    def start(self, started: Child) -> None:
        """Start a process and keep it running from now on."""
        self._children.append(started)
        started.start()

    def look_after(self) -> None:
        """Start again what has ended. Call it a few times a second."""
        for each in self._children:
            each.restart_when_due(self._tell)

    def restart(self) -> None:
        """Stop and start each of them, in order."""
        for each in self._children:
            each.stop()
            each.start()

    def stop(self) -> None:
        """Stop all, the last one first."""
        while self._children:
            self._children.pop().stop()


def spawn(
    name: str, environment: Mapping[str, str], log: Path | None = None
) -> subprocess.Popen[bytes]:
    """Start the process ``name``; it ends when this process ends."""
    parent = os.getpid()
    output = log.open("ab") if log is not None else None
    try:
        return subprocess.Popen(
            child.command(name),
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=lambda: die_with_parent(signal.SIGTERM, parent),
        )
    finally:
        if output is not None:
            output.close()


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process of ours and everything in its group."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(STOPPING_PATIENCE)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
