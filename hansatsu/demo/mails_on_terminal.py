"""Mails as text on the terminal, for who tries a town of their own without a mail server:
``aiosmtpd -n -l 127.0.0.1:2525 -c hansatsu.demo.mails_on_terminal.Terminal``."""

from argparse import ArgumentParser
from email import message_from_bytes, policy
from typing import Any, Self

import click
from aiosmtpd.smtp import SMTP, Envelope, Session


class Terminal:
    """Says to whom each mail goes, what it is about, and what stands in it, links in one piece."""

    @classmethod
    def from_cli(cls, _parser: ArgumentParser, *_options: Any) -> Self:
        """What aiosmtpd's command makes."""
        return cls()

    async def handle_DATA(  # noqa: N802 (aiosmtpd's name)
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Take any mail."""
        message = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        body = message.get_body(("plain", "html"))
        click.echo(f"{'-' * 72}\n{message['To']}  {message['Subject']}\n")
        click.echo(body.get_content() if body is not None else "")
        return "250 OK"
