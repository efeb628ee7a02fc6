"""When to try again: soon at first, then seldom, for a day."""

import random
from datetime import timedelta

FIRST_WAIT = 5
GROWTH = 3
LONGEST_WAIT = 4 * 60 * 60
"""Seconds: 5, 15, 45 … four hours; about fifteen tries in a day."""

JITTER = 0.2
"""A wait is this share longer or shorter, so that what failed together does not come together."""

PATIENCE = timedelta(days=1)
"""How long a message is tried."""

PAUSE_AFTER = 3
"""Failures in a row after which an endpoint is left alone for a while, whatever is waiting."""

FIRST_PAUSE = 5
LONGEST_PAUSE = 15 * 60
"""Seconds: doubled with each failure, up to what a server that is up again should wait at most."""

DISABLE_AFTER = timedelta(days=3)
"""How long an endpoint may fail without one success."""

SECOND_SECRET_FOR = timedelta(days=1)
"""How long the former secret goes on signing after a rotation."""


def wait_after(tries: int) -> timedelta:
    """How long to wait after so many tries of a message."""
    return _jittered(FIRST_WAIT * GROWTH ** min(tries - 1, 20), LONGEST_WAIT)


def pause_after(failures: int) -> timedelta | None:
    """How long to leave an endpoint alone after so many failures in a row; None while it need
    not be."""
    if failures < PAUSE_AFTER:
        return None
    return _jittered(FIRST_PAUSE * 2 ** min(failures - PAUSE_AFTER, 20), LONGEST_PAUSE)


def _jittered(seconds: int, longest: int) -> timedelta:
    share = 1 + random.uniform(-JITTER, JITTER)  # noqa: S311 - not a secret
    return timedelta(seconds=min(seconds, longest) * share)
