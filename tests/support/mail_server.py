"""A mail server for tests that can be told how to answer."""

import asyncio
import threading
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any, Self

from aiosmtpd.controller import Controller

from hansatsu.processes.ports import free_port


class MailServer:
    """Takes mails on ``port`` while it is entered.

    ``mails`` are those it has taken, ``peers`` who has talked to it: one for each session. Set
    ``recipient_answer`` or ``data_answer`` to a refusal such as ``550 No such person``; who is in
    ``unknown`` is refused whatever the others are told. With ``hold()`` the next mails are read
    and left without an answer until ``release()``, those that come after ``hold_after`` others;
    ``holding`` is set as soon as one waits.
    """

    def __init__(self, port: int | None = None) -> None:
        self.port = port or free_port()
        self.mails: list[EmailMessage] = []
        self.peers: set[object] = set()
        self.unknown: set[str] = set()
        self.recipient_answer = "250 OK"
        self.data_answer = "250 OK"
        self.hold_after = 0
        self.holding = threading.Event()
        self._held = threading.Event()
        self._held.set()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    @property
    def url(self) -> str:
        """Its address as in EMAIL_URL."""
        return f"smtp://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
        self._controller.stop()

    def hold(self) -> None:
        """Leave mails without an answer from now on."""
        self._held.clear()

    def release(self) -> None:
        """Answer again."""
        self._held.set()

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        """Called by aiosmtpd."""
        self.peers.add(session.peer)
        if address in self.unknown:
            return "550 No such person"
        if self.recipient_answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient_answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Called by aiosmtpd."""
        if not self._held.is_set() and len(self.mails) >= self.hold_after:
            self.holding.set()
            await asyncio.to_thread(self._held.wait, 60)
        if self.data_answer.startswith("250"):
            parser = BytesParser(policy=policy.default)
            self.mails.append(parser.parsebytes(envelope.content))
        return self.data_answer
