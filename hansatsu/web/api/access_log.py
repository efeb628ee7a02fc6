"""A line of JSON for each call, like the other logs', at a hundredth of their cost.

Lines are gathered and written together, at the latest after a quarter of a second.
"""

import asyncio
import os
import time
from datetime import UTC, datetime

LATEST = 0.25
"""Seconds until a line is written."""

STDERR = 2


class AccessLog:
    """One a process, on one event loop."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._second = 0
        self._prefix = ""

    def note(self, request_id: str, call: str, status: int, seconds: float, about: str) -> None:
        """A call has been answered. ``about`` is a 決済ID, or the code of a problem."""
        if not self._lines:
            asyncio.get_running_loop().call_later(LATEST, self._write)
        now = time.time()
        if int(now) != self._second:
            self._second = int(now)
            moment = datetime.fromtimestamp(self._second, UTC).isoformat()[:19]
            self._prefix = f'{{"time": "{moment}.'
        self._lines.append(
            f'{self._prefix}{int(now % 1 * 1000):03}+00:00", "level": "info",'
            f' "logger": "hansatsu.api", "message": "{call}", "request_id": "{request_id}",'
            f' "status": {status}, "ms": {seconds * 1000:.1f}, "about": "{about}"}}\n'
        )

    def _write(self) -> None:
        data = "".join(self._lines).encode()
        self._lines.clear()
        os.write(STDERR, data)
