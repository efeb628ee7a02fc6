"""A member of staff's log-in that is under way: the password was right, more steps follow.

Shop site and console keep it under keys of their own, so that one browser can be in the middle of
both.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest
from django.middleware.csrf import rotate_token

from hansatsu.parties import clock
from hansatsu.parties.identity.models import Staff
from hansatsu.parties.identity.passkeys import forget_challenge
from hansatsu.parties.staff.shop_sessions import held_person, person, stamp

PENDING_FOR = timedelta(minutes=15)
"""From the password to the last step of a log-in; enrolling an app takes a while."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A log-in under way: whose password was right, and whether the second factor is there.
    ``challenge`` is the purpose of a passkey's challenge that serves this log-in only."""

    staff: Staff
    proven: bool
    challenge: str


def begin_log_in(request: HttpRequest, key: str, staff: Staff, *, proven: bool) -> None:
    """The password was right; more steps follow before anybody is in. The session's key changes,
    so that one fixed before is worth nothing.

    Args:
        request: of the browser.
        key: under which the session keeps it.
        staff: whose password was right.
        proven: True when the second factor is there as well.
    """
    request.session.cycle_key()
    forget_challenge(request.session, _challenge(key))
    until = stamp(clock.now() + PENDING_FOR)
    request.session[key] = {**person(staff), "proven": proven, "until": until}
    rotate_token(request)


def pending_log_in(request: HttpRequest, key: str) -> Pending | None:
    """The log-in that is under way in this browser; None when it has none, or it took too
    long."""
    held = request.session.get(key)
    if held is None or held["until"] <= stamp(clock.now()):
        return None
    staff = held_person(held)
    return None if staff is None else Pending(staff, held["proven"], _challenge(key))


def _challenge(key: str) -> str:
    return f"second_factor:{key}"
