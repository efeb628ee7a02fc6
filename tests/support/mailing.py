"""Mails of this process: where they go, and what became of them."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.test import override_settings

from hansatsu.messages.mail.models import Mail
from hansatsu.messages.mail.sessions import SESSIONS
from hansatsu.messages.relay.relay import relay_batch
from tests.support.mail_server import MailServer
from tests.town import Town


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


def mails_to(town: Town, *names: str) -> list[Mail]:
    """A mail that waits to each of new residents of these names, in their order."""
    for name in names:
        town.charge(town.add_resident(name), town.all_shops, 1000)
    relay_batch()
    waiting = {mail.to.partition("@")[0]: mail for mail in Mail.objects.all()}
    return [waiting[name] for name in names]
