"""The part of the worker that sends webhooks, beside its jobs and apart from them.

Waiting for receivers takes neither threads nor database connections that mails need: what waits is
a task of the event loop, and the database is asked in a thread of its own.
"""

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from django.db import close_old_connections

from hansatsu.messages.webhooks.bodies import body_of
from hansatsu.messages.webhooks.claiming import AT_ONCE, Lane, claim
from hansatsu.messages.webhooks.models import Delivery
from hansatsu.messages.webhooks.outcomes import note
from hansatsu.messages.webhooks.sending import Sender
from hansatsu.messages.webhooks.signing import signed_headers
from hansatsu.parties import clock
from hansatsu.parties.seals.secrets_box import unseal

logger = logging.getLogger(__name__)

ROOM: dict[Lane, int] = {"quick": 16, "slow": 16}
"""Messages on their way in each lane."""

PAUSE = 0.5
PAUSE_AFTER_ERROR = 2.0
STOPPING_PATIENCE = 15.0
"""Seconds; the last is longer than a try can take."""


class Courier:
    """Takes up what is due and sends it, until told to stop.

    Args:
        sender: how.
    """

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self._database = ThreadPoolExecutor(max_workers=2, thread_name_prefix="webhooks")
        self._under_way: dict[Lane, Counter[int]] = {"quick": Counter(), "slow": Counter()}
        self._tasks: set[asyncio.Task[None]] = set()
        self._freed = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until ``stop``, then finish what is on its way."""
        while not stop.is_set():
            self._freed.clear()
            try:
                taken = [await self._take(lane) for lane in ROOM]
                pause = 0.0 if any(taken) else PAUSE
            except Exception:
                logger.exception("webhooks could not be taken up and will be later")
                pause = PAUSE_AFTER_ERROR
            await self._wait(stop, pause)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=STOPPING_PATIENCE)
        self._database.shutdown(wait=False)

    async def _take(self, lane: Lane) -> int:
        counts = self._under_way[lane]
        room = ROOM[lane] - counts.total()
        if room <= 0:
            return 0
        full = [endpoint for endpoint, count in counts.items() if count >= AT_ONCE[lane]]
        deliveries = await self._ask(lambda: claim(lane, room, full))
        for delivery in deliveries:
            counts[delivery.endpoint_id] += 1
            task = asyncio.create_task(self._deliver(lane, delivery))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return len(deliveries)

    async def _deliver(self, lane: Lane, delivery: Delivery) -> None:
        try:
            url, headers, body = await self._ask(lambda: prepare(delivery))
            answer = await self._sender.send(url, headers, body)
            await self._ask(lambda: note(delivery, answer))
        except Exception:
            # Such as a key that is missing. It is no fault of the receiver: the delivery stays
            # ours until HOLD is over, and is taken up again then.
            logger.exception("a webhook was not sent", extra={"delivery": delivery.pk})
        finally:
            counts = self._under_way[lane]
            counts[delivery.endpoint_id] -= 1
            counts += Counter()  # forgets what is down to nothing
            self._freed.set()

    async def _ask[T](self, question: Callable[[], T]) -> T:
        def asked() -> T:
            close_old_connections()
            try:
                return question()
            finally:
                close_old_connections()

        return await asyncio.get_running_loop().run_in_executor(self._database, asked)

    async def _wait(self, stop: asyncio.Event, pause: float) -> None:
        if not pause:
            return
        waits = {asyncio.create_task(stop.wait()), asyncio.create_task(self._freed.wait())}
        with contextlib.suppress(TimeoutError):
            await asyncio.wait(waits, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
        for each in waits:
            each.cancel()


def prepare(delivery: Delivery) -> tuple[str, dict[str, str], str]:
    """Address, headers and body of a delivery that was claimed, signed now.

    What is signed is the machine's time: a receiver compares it with its own clock, which no shift
    of the ledger's moves (ADR 0236).
    """
    endpoint, message = delivery.endpoint, delivery.message
    secrets = [unseal(endpoint.secret)]
    if endpoint.former_secret and endpoint.former_until and endpoint.former_until > clock.now():
        secrets.append(unseal(endpoint.former_secret))
    body = body_of(message)
    headers = signed_headers(message.webhook_id, body, secrets, datetime.now(UTC))
    return endpoint.url, headers, body
