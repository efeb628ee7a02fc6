"""The worker: one process that relays, sends, sweeps and checks until it is told to stop."""

import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import Awaitable, Callable

from django.conf import settings
from django.db import close_old_connections
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from hansatsu.messages.mail.carrying import give_back_left
from hansatsu.messages.mail.sessions import SESSIONS
from hansatsu.messages.relay.relay import BATCH, relay_batch
from hansatsu.messages.webhooks.courier import Courier
from hansatsu.messages.webhooks.sending import Sender

logger = logging.getLogger(__name__)

CONCURRENCY = 4
"""Jobs at a time."""

RELAY_PAUSE = 0.25
SESSIONS_PAUSE = 5.0
POLLING = 1.0
HEARTBEAT = 2.0
STALLED_AFTER = 10.0
STALLED_PAUSE = 3.0
PAUSE_AFTER_ERROR = 2.0
STOPPING_PATIENCE = 15.0
"""Seconds. A worker that has not shown itself for STALLED_AFTER counts as dead, and its jobs are
taken up by the others. The last is less than what the supervisor waits before it kills."""


def run() -> None:
    """Work until SIGTERM or SIGINT, then finish what is under way.

    Exits with 1 when the worker ended for any other reason, such as a lost database: its
    supervisor starts it again.
    """
    with app.replace_connector(DjangoConnector().get_worker_connector()):
        stopped_on_request = asyncio.run(_work())
    if not stopped_on_request:
        sys.exit(1)


async def _work() -> bool:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    courier = Courier(Sender(settings.WEBHOOK_NETWORKS))

    async def relay() -> bool:
        taken = await asyncio.to_thread(_relay_here)
        if taken:
            courier.stir()
        return taken == BATCH

    async with app.open_async():
        jobs = asyncio.create_task(_run_jobs())
        rounds = [
            asyncio.create_task(_again_and_again("relay", relay, RELAY_PAUSE, stop)),
            asyncio.create_task(_again_and_again("stalled", _take_up, STALLED_PAUSE, stop)),
            asyncio.create_task(_again_and_again("sessions", _close_idle, SESSIONS_PAUSE, stop)),
            asyncio.create_task(courier.run(stop)),
        ]
        waiting = asyncio.create_task(stop.wait())
        await asyncio.wait({jobs, waiting}, return_when=asyncio.FIRST_COMPLETED)
        on_request = stop.is_set()
        stop.set()
        await asyncio.gather(*rounds)
        jobs.cancel()  # procrastinate's worker then finishes the jobs under way
        with contextlib.suppress(asyncio.CancelledError):
            await jobs
        await asyncio.to_thread(SESSIONS.close)
    return on_request


async def _run_jobs() -> None:
    await app.run_worker_async(
        concurrency=CONCURRENCY,
        fetch_job_polling_interval=POLLING,
        update_heartbeat_interval=HEARTBEAT,
        stalled_worker_timeout=STALLED_AFTER,
        shutdown_graceful_timeout=STOPPING_PATIENCE,
        delete_jobs="successful",
        install_signal_handlers=False,
    )


async def _again_and_again(
    name: str, once: Callable[[], Awaitable[bool]], pause: float, stop: asyncio.Event
) -> None:
    """Do something until told to stop: at once again when it says that there is more, otherwise
    after ``pause`` seconds. An error is logged, and is no reason to end."""
    while not stop.is_set():
        try:
            wait = 0.0 if await once() else pause
        except Exception:
            logger.exception("%s failed and is tried again", name)
            wait = PAUSE_AFTER_ERROR
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), wait)


def _relay_here() -> int:
    close_old_connections()
    try:
        return relay_batch()
    finally:
        close_old_connections()


async def _take_up() -> bool:
    """Queue again what a killed worker was doing, and what this one could not give back."""
    await asyncio.to_thread(_give_back_here)
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER):
        logger.warning("a job is taken up again", extra={"job": job.id, "task": job.task_name})
        await app.job_manager.retry_job(job)
    return False


def _give_back_here() -> None:
    close_old_connections()
    try:
        give_back_left()
    finally:
        close_old_connections()


async def _close_idle() -> bool:
    """Take leave of a mail server that has nothing to do."""
    await asyncio.to_thread(SESSIONS.close_idle)
    return False
