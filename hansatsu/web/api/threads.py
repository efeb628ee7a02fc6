"""Plain Django from the API's event loop: in threads, a connection to the database a call."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connections

THREADS = 4

_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="api")


async def in_thread[**P, T](work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do ``work`` in a thread; what it raises is raised here."""

    def do() -> T:
        try:
            return work(*args, **kwargs)
        finally:
            connections.close_all()  # back to the pool

    return await asyncio.get_running_loop().run_in_executor(_threads, do)
