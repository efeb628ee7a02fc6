"""Sessions with the mail server that stay open for the next mail: the greeting, TLS and the log-in
cost more than a mail does.

A session belongs to one thread at a time. One that has waited is asked first whether it still
lives, before anything of a mail is said: so a mail is never said twice because a session had died.
"""

import contextlib
import smtplib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.mail import mailers
from django.core.mail.backends.smtp import EmailBackend

IDLE = 5.0
"""Seconds that a session waits for the next mail."""

MOST = 50
"""Mails in one session: servers end one that has many."""

OKAY = 250
"""What a server answers that lives."""


@dataclass(slots=True, eq=False)
class Session:
    """An open session; ``used_at`` is of ``time.monotonic``."""

    backend: EmailBackend
    mails: int = 0
    used_at: float = 0.0

    def is_young(self) -> bool:
        """True when another mail may go over it."""
        return time.monotonic() - self.used_at < IDLE

    def is_alive(self) -> bool:
        """True when the server still answers over it."""
        if self.backend.connection is None:
            return False
        try:
            return self.backend.connection.noop()[0] == OKAY
        except (smtplib.SMTPException, OSError):
            return False

    def close(self) -> None:
        """Take leave; a server that is gone does not mind."""
        with contextlib.suppress(smtplib.SMTPException, OSError):
            self.backend.close()


class Sessions:
    """The sessions of this process that wait for a mail."""

    def __init__(self) -> None:
        self._idle: list[Session] = []
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def lent(self) -> Iterator[EmailBackend]:
        """A session with the mail server of the settings, opened when none waits. It is kept
        afterwards, unless something went wrong in it; a recipient who is refused is nothing wrong.

        Raises:
            smtplib.SMTPException: when the server does not let us in.
            OSError: when it cannot be reached.
        """
        session = self._taken() or _opened()
        try:
            yield session.backend
        except smtplib.SMTPRecipientsRefused:
            self._give_back(session)
            raise
        except BaseException:
            session.close()
            raise
        self._give_back(session)

    def close_idle(self) -> None:
        """Close those that have waited long enough. Call it now and then."""
        with self._lock:
            over = [each for each in self._idle if not each.is_young()]
            self._idle = [each for each in self._idle if each.is_young()]
        for each in over:
            each.close()

    def close(self) -> None:
        """Close those that wait."""
        with self._lock:
            over, self._idle = self._idle, []
        for each in over:
            each.close()

    def _taken(self) -> Session | None:
        while True:
            with self._lock:
                session = self._idle.pop() if self._idle else None
            if session is None or (session.is_young() and session.is_alive()):
                return session
            session.close()

    def _give_back(self, session: Session) -> None:
        session.mails += 1
        session.used_at = time.monotonic()
        if session.mails >= MOST:
            session.close()
            return
        with self._lock:
            self._idle.append(session)


def _opened() -> Session:
    backend = mailers.default
    assert isinstance(backend, EmailBackend)  # as environment.mailer() makes it
    session = Session(backend)
    try:
        backend.open()
    except BaseException:
        session.close()
        raise
    return session


SESSIONS = Sessions()
"""Those of this process."""
