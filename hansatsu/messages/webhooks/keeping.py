"""Connections that stay open for the next message to the same server: a handshake costs more than
all else of a delivery.

Each was made to an address that was checked, and leads there as long as it is open; a name is
asked anew with every new one.
"""

import time
from collections import defaultdict
from dataclasses import dataclass

import httpcore

IDLE = 5.0
"""Seconds that a connection waits for the next message: less than what servers let one wait."""

type Where = tuple[bytes, bytes, int]
"""Scheme, host and port."""

LONGEST = 60.0
"""Seconds that a connection is used: a name that means another server by then is followed."""


@dataclass(slots=True, eq=False)
class Kept:
    """A connection, the time it was made and the time it was last used (``time.monotonic``)."""

    connection: httpcore.AsyncHTTPConnection
    made_at: float
    used_at: float

    def is_good(self, now: float) -> bool:
        """True when it may carry another message."""
        return (
            self.connection.is_idle() and now - self.used_at < IDLE and now - self.made_at < LONGEST
        )


class KeptConnections:
    """The idle connections of one sender, by where they lead."""

    def __init__(self) -> None:
        self._idle: defaultdict[Where, list[Kept]] = defaultdict(list)

    def take(self, where: Where) -> Kept | None:
        """The one that was used last, which is then the caller's; None when there is none."""
        idle = self._idle[where]
        if not idle or not idle[-1].is_good(time.monotonic()):
            return None
        return idle.pop()

    def give_back(self, where: Where, kept: Kept) -> None:
        """Keep it for the next message."""
        kept.used_at = time.monotonic()
        self._idle[where].append(kept)

    async def close_idle(self) -> None:
        """Close what will not be used any more."""
        now = time.monotonic()
        over: list[Kept] = []
        for where, idle in list(self._idle.items()):
            over += [each for each in idle if not each.is_good(now)]
            good = [each for each in idle if each.is_good(now)]
            if good:
                self._idle[where] = good
            else:
                del self._idle[where]
        for each in over:
            await each.connection.aclose()

    async def close(self) -> None:
        """Close all that are idle."""
        idle, self._idle = self._idle, defaultdict(list)
        for each in (kept for kepts in idle.values() for kept in kepts):
            await each.connection.aclose()
