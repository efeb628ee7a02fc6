"""Where sessions are kept: Django's own table, read as every page reads it (ADR 0253)."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.utils import timezone

from hansatsu.database.rows import rows_of


class SessionStore(db.SessionStore):
    """Django's own, under the same name: a session's signature is salted with it. Expiry is by the
    machine's clock, as Django writes it."""

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        where = "where t.session_key = %s and t.expire_date > %s"
        found = rows_of(self.model, where, self.session_key, timezone.now())
        if not found:
            self._session_key = None
            return None
        return found[0]
