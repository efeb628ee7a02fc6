"""Mails of this process: where they go, and what became of them."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.test import override_settings

from hansatsu.messages.mail.models import Mail
from hansatsu.messages.mail.sessions import SESSIONS
from tests.support.mail_server import MailServer


@contextmanager
def mailing_to(server: MailServer) -> Iterator[None]:
    """Have this process send its mails to ``server``."""
    options = {"host": "127.0.0.1", "port": server.port, "timeout": 5}
    backend = "django.core.mail.backends.smtp.EmailBackend"
    SESSIONS.close()
    try:
        with override_settings(MAILERS={"default": {"BACKEND": backend, "OPTIONS": options}}):
            yield
    finally:
        SESSIONS.close()


def states() -> list[str]:
    """The state of every mail, in the order they were made."""
    return [mail.state for mail in Mail.objects.order_by("pk")]
