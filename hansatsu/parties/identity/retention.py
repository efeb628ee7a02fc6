"""Throwing away what log-ins have left behind. For the worker."""

from datetime import timedelta

from django.contrib.sessions.backends.db import SessionStore

from hansatsu.parties import clock
from hansatsu.parties.identity.known_browsers import forget_old_known
from hansatsu.parties.identity.models.log_in import LogIn
from hansatsu.parties.identity.single_use import forget_spent
from hansatsu.parties.identity.throttle import forget_old_failures

KEPT = timedelta(days=1)
"""How long a log-in that is over is kept."""


def forget_old_traces() -> int:
    """Delete counts of failures that no longer matter, answered challenges that are too old,
    log-ins of yesterday with their puzzles, browsers that are known no longer, and expired
    sessions. Returns how many rows, sessions apart."""
    SessionStore.clear_expired()
    log_ins, _ = LogIn.objects.filter(expires_at__lt=clock.now() - KEPT).delete()
    return log_ins + forget_spent() + forget_old_failures() + forget_old_known()
