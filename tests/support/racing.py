"""Many callers at the same moment, each on a connection of its own."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

CALLERS = 6
"""Fewer than the connections that Django's pool has."""


def race[T](act: Callable[[int], T], callers: int = CALLERS) -> list[T]:
    """Let callers act at the same moment, each connected already."""
    start = threading.Barrier(callers, timeout=60)

    def call(place: int) -> T:
        try:
            connection.ensure_connection()
            start.wait()
            return act(place)
        finally:
            connection.close()

    with ThreadPoolExecutor(callers) as threads:
        return list(threads.map(call, range(callers)))
