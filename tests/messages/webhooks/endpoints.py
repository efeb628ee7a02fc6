"""Endpoints and couriers for tests."""

import asyncio
import secrets
from collections.abc import Callable
from datetime import datetime
from ipaddress import ip_network

from django.db import connection

from hansatsu.messages.webhooks.courier import Courier
from hansatsu.messages.webhooks.events import SUBSCRIBABLE
from hansatsu.messages.webhooks.models import Delivery, Endpoint
from hansatsu.messages.webhooks.outcomes import note_all
from hansatsu.messages.webhooks.sending import Answer, Sender
from hansatsu.messages.webhooks.services import open_endpoint
from hansatsu.parties.shops.models import Shop

OWN_MACHINE = [ip_network("127.0.0.0/8")]


def opened(shop: Shop, url: str, *events: str) -> tuple[Endpoint, str]:
    """An endpoint of ``shop`` with its secret."""
    made = open_endpoint(
        shop,
        made_by="terminal:1",
        key=secrets.token_hex(8),
        url=url,
        events=events or SUBSCRIBABLE,
    )
    assert made.endpoint is not None, made
    return made.endpoint, made.secret


def note(delivery: Delivery, answer: Answer, now: datetime | None = None) -> None:
    """Keep what came of one try."""
    note_all([(delivery, answer)], now)


def work_until(done: Callable[[], bool], sender: Sender | None = None) -> None:
    """Have a courier send until ``done()``."""

    def looked() -> bool:
        try:
            return done()
        finally:
            connection.close()  # this thread's own

    async def work() -> None:
        stop = asyncio.Event()
        courier = asyncio.create_task(Courier(sender or Sender(OWN_MACHINE)).run(stop))
        async with asyncio.timeout(30):
            while not await asyncio.to_thread(looked):
                await asyncio.sleep(0.02)
        stop.set()
        await courier

    asyncio.run(work())
