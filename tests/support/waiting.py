"""Waiting for a condition, never for a time."""

import time
from collections.abc import Callable

GLANCE = 0.05


def wait_until(
    condition: Callable[[], bool], *, seconds: float = 30.0, what: str = "the condition"
) -> None:
    """Return as soon as ``condition()`` is true.

    Raises:
        AssertionError: when it is not within ``seconds``.
    """
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain for {what}"
        time.sleep(GLANCE)
