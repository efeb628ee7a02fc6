"""The part of the worker that sends webhooks, beside its jobs and apart from them.

Waiting for receivers takes neither threads nor database connections that mails need: what waits is
a task of the event loop, and the database is asked in threads of its own, for many deliveries at
once: what is due is claimed in sets, and what came of it is kept in sets (ADR 0247).
"""

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from django.db import close_old_connections

from hansatsu.messages.webhooks.bodies import body_of, write_bodies
from hansatsu.messages.webhooks.claiming import Lane, claim
from hansatsu.messages.webhooks.models import Delivery, Endpoint
from hansatsu.messages.webhooks.outcomes import Try, note_all
from hansatsu.messages.webhooks.sending import Sender
from hansatsu.messages.webhooks.signing import signed_headers
from hansatsu.parties import clock
from hansatsu.parties.seals.secrets_box import unseal

logger = logging.getLogger(__name__)

ROOM: dict[Lane, int] = {"quick": 256, "slow": 32}
"""Messages on their way in each lane: as many as sixteen endpoints may have in the quick one, so
that so many may begin to hang at once before others wait."""

PAUSE = 0.5
PAUSE_AFTER_ERROR = 2.0
STOPPING_PATIENCE = 15.0
"""Seconds; the last is longer than a try can take."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A delivery that was claimed, with the address, headers and body to send."""

    delivery: Delivery
    url: str
    headers: dict[str, str]
    body: str


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
        self._stirred = asyncio.Event()
        self._tried: list[tuple[Lane, Try]] = []
        self._has_tried = asyncio.Event()
        self._over = False

    async def run(self, stop: asyncio.Event) -> None:
        """Work until ``stop``, then finish what is on its way."""
        noting = asyncio.create_task(self._note())
        while not stop.is_set():
            self._stirred.clear()
            try:
                taken = [await self._take(lane) for lane in ROOM]
                pause = 0.0 if any(taken) else PAUSE
                await self._sender.close_idle()
            except Exception:
                logger.exception("webhooks could not be taken up and will be later")
                pause = PAUSE_AFTER_ERROR
            await self._wait(stop, pause)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=STOPPING_PATIENCE)
        self._over = True
        self._has_tried.set()
        await noting
        await self._sender.close()
        self._database.shutdown(wait=False)

    def stir(self) -> None:
        """Look now for what is due, without a pause."""
        self._stirred.set()

    async def _take(self, lane: Lane) -> int:
        counts = self._under_way[lane]
        room = ROOM[lane] - counts.total() - len(self._tried)
        if room <= 0:
            return 0
        busy = dict(counts)
        parcels = await self._ask(lambda: take_up(lane, room, busy))
        for parcel in parcels:
            counts[parcel.delivery.endpoint_id] += 1
            task = asyncio.create_task(self._deliver(lane, parcel))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return len(parcels)

    async def _deliver(self, lane: Lane, parcel: Parcel) -> None:
        try:
            answer = await self._sender.send(parcel.url, parcel.headers, parcel.body)
        except Exception:
            # No fault of the receiver: the delivery stays ours until HOLD is over, and is taken up
            # again then.
            logger.exception("a webhook was not sent", extra={"delivery": parcel.delivery.pk})
            self._leave(lane, parcel.delivery)
            return
        self._tried.append((lane, (parcel.delivery, answer)))
        self._has_tried.set()
        if answer.taken:
            self._leave(lane, parcel.delivery)
        # one that failed keeps its place until that is known to who claims the next

    def _leave(self, lane: Lane, delivery: Delivery) -> None:
        counts = self._under_way[lane]
        counts[delivery.endpoint_id] -= 1
        counts += Counter()  # forgets what is down to nothing
        self._stirred.set()

    async def _note(self) -> None:
        """Keep what came of tries until all is over; while some are written, others gather."""
        while not self._over or self._tried:
            await self._has_tried.wait()
            self._has_tried.clear()
            tried = self._tried.copy()
            tries = [each for _, each in tried]
            try:
                await self._ask(partial(keep, tries))
            except Exception:
                # They stay ours until HOLD is over, and are sent again then.
                logger.exception("what came of webhooks was not kept")
            del self._tried[: len(tried)]
            for lane, (delivery, answer) in tried:
                if not answer.taken:
                    self._leave(lane, delivery)
            self._stirred.set()

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
        waits = {asyncio.create_task(stop.wait()), asyncio.create_task(self._stirred.wait())}
        with contextlib.suppress(TimeoutError):
            await asyncio.wait(waits, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
        for each in waits:
            each.cancel()


def take_up(lane: Lane, room: int, busy: Mapping[int, int]) -> list[Parcel]:
    """Claim what is due (see ``claim``) and make it ready to send. What cannot be made ready, such
    as for want of a key, stays claimed until HOLD is over, and is told in the log."""
    deliveries = claim(lane, room, busy)
    try:
        write_bodies([each.message for each in deliveries])
    except Exception:
        logger.exception("bodies of webhooks were not written together, and are one by one")
    secrets: dict[int, list[str]] = {}
    parcels: list[Parcel] = []
    for delivery in deliveries:
        try:
            if delivery.endpoint_id not in secrets:
                secrets[delivery.endpoint_id] = secrets_of(delivery.endpoint)
            parcels.append(parcel_of(delivery, secrets[delivery.endpoint_id]))
        except Exception:
            logger.exception("a webhook was not sent", extra={"delivery": delivery.pk})
    return parcels


def secrets_of(endpoint: Endpoint) -> list[str]:
    """What signs for it now.

    Raises:
        ClosedBoxError: when a key in FIELD_KEYS is missing.
    """
    secrets = [unseal(endpoint.secret)]
    if endpoint.former_secret and endpoint.former_until and endpoint.former_until > clock.now():
        secrets.append(unseal(endpoint.former_secret))
    return secrets


def parcel_of(delivery: Delivery, secrets: Sequence[str]) -> Parcel:
    """A delivery that was claimed, signed now.

    What is signed is the machine's time: a receiver compares it with its own clock, which no shift
    of the ledger's moves (ADR 0236).

    Raises:
        NothingToTellError: when the payment that it is about cannot be found.
    """
    message = delivery.message
    body = body_of(message)
    headers = signed_headers(message.webhook_id, body, secrets, datetime.now(UTC))
    return Parcel(delivery, delivery.endpoint.url, headers, body)


def keep(tries: Sequence[Try]) -> None:
    """Keep what came of them: together, or one by one when that fails, so that one that cannot be
    kept keeps no other from it."""
    try:
        note_all(tries)
    except Exception:
        if len(tries) == 1:
            raise
        logger.exception("what came of webhooks was not kept together, and is one by one")
        for each in tries:
            try:
                note_all([each])
            except Exception:
                logger.exception("what came of a webhook was not kept")
