"""Which of the issuer's staff is logged in to the console.

The session's keys are apart from residents' and shops' staff's, so one browser can hold all three.
Nobody is in who has not shown the second factor in this very session. It ends after a working day,
and earlier when nothing is done with it.
"""

from datetime import timedelta

from django.http import HttpRequest
from django.middleware.csrf import rotate_token

from hansatsu.parties import clock
from hansatsu.parties.identity.models import Staff
from hansatsu.parties.staff.shop_sessions import PROVEN_FOR, held_person, person, stamp

KEY = "console"
PENDING = "console_pending"

IDLE_FOR = timedelta(hours=1)
"""How long a session without a page opened in it lives."""

SEEN_EVERY = 60  # seconds between two writes of when a session was last used


def log_in(request: HttpRequest, staff: Staff) -> None:
    """Let ``staff`` in, whose password and second factor were right. The session's key changes,
    so that one fixed before is worth nothing."""
    request.session.cycle_key()
    request.session.pop(PENDING, None)
    now = clock.now()
    request.session[KEY] = {
        **person(staff),
        "until": stamp(now + PROVEN_FOR),
        "seen": stamp(now),
    }
    rotate_token(request)


def current_clerk(request: HttpRequest) -> Staff | None:
    """Who is logged in to the console here: still active, of an issuer and not of a shop."""
    held = request.session.get(KEY)
    now = stamp(clock.now())
    if held is None or held["until"] <= now or held["seen"] + IDLE_FOR.total_seconds() <= now:
        return None
    staff = held_person(held)
    if staff is None or staff.shop_id is not None:
        return None
    if now - held["seen"] > SEEN_EVERY:
        request.session[KEY] = held | {"seen": now}
    return staff


def log_out(request: HttpRequest) -> None:
    """Leave the console; others who are logged in with this browser stay."""
    for key in (KEY, PENDING):
        request.session.pop(key, None)
    request.session.cycle_key()


def stay_logged_in(request: HttpRequest, staff: Staff) -> None:
    """After ``staff`` has set a new password: this browser stays, every other is out."""
    held = dict(request.session[KEY])
    request.session.cycle_key()
    request.session[KEY] = held | person(staff)
