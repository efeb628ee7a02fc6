"""The demo's mail server: it takes every mail, and nothing ever leaves this machine."""

import asyncio
import logging
import os
import signal
from typing import Any
from urllib.parse import urlsplit

from aiosmtpd.smtp import SMTP

from hansatsu.demo.mailbox import keep, open_mailbox

logger = logging.getLogger(__name__)


class Keeper:
    """Puts what arrives into the mailbox (aiosmtpd calls it by this method's name)."""

    def __init__(self) -> None:
        self._box = open_mailbox()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Take a mail: 250 is said only when it is on disk."""
        await asyncio.to_thread(keep, self._box, envelope.content)
        return "250 Kept"


def main() -> None:
    """Serve the address of EMAIL_URL until told to stop."""
    address = urlsplit(os.environ["EMAIL_URL"])
    asyncio.run(serve(address.hostname or "127.0.0.1", address.port or 25))


async def serve(host: str, port: int) -> None:
    """Take mails on ``host``:``port`` until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    keeper = Keeper()
    server = await loop.create_server(
        lambda: SMTP(keeper, hostname="localhost", enable_SMTPUTF8=True, loop=loop), host, port
    )
    await stop.wait()
    server.close()
