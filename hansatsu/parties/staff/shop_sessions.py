"""Which member of staff is logged in, whether they have shown their second factor, and whose
shift it is at a tablet that is shared.

The session's keys are apart from residents', so one browser can hold both. They also hold a digest
of the password's hash: after a change of password every other session is out.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import rotate_token
from django.utils.crypto import constant_time_compare, salted_hmac

from hansatsu.parties import clock
from hansatsu.parties.identity.models import Staff
from hansatsu.parties.identity.sessions import STAFF as KEY

SHIFT = "staff_shift"
PENDING = "staff_pending"

PROVEN_FOR = timedelta(hours=12)
"""How long a second factor counts in a session: a long working day."""

SHIFT_FOR = timedelta(hours=16)
"""How long PINs are taken after a log-in with a password: from opening to after closing."""


def log_in(request: HttpRequest, staff: Staff, *, proven: bool = False) -> None:
    """Log the member of staff in, and open a shift. The session's key changes, so that one fixed
    before is worth nothing.

    Args:
        request: of the browser.
        staff: whose password was right.
        proven: True when they have shown their second factor.
    """
    _enter(request, staff, proven=proven)
    until = stamp(clock.now() + SHIFT_FOR)
    request.session[SHIFT] = {**person(staff), "until": until}


def current_staff(request: HttpRequest) -> Staff | None:
    """Who is logged in; None unless still active and, when of a shop, the shop still open."""
    return held_person(request.session.get(KEY))


def is_proven(request: HttpRequest, staff: Staff) -> bool:
    """True when ``staff``, who is logged in, may do all that their role may: a second factor was
    shown lately, or the role needs none."""
    if not staff.needs_second_factor:
        return True
    held = request.session.get(KEY) or {}
    return float(held.get("proven_until", 0)) > stamp(clock.now())


def prove(request: HttpRequest) -> None:
    """The second factor of who is logged in was shown now."""
    held = dict(request.session[KEY])
    request.session.cycle_key()
    request.session[KEY] = held | {"proven_until": stamp(clock.now() + PROVEN_FOR)}


def stay_logged_in(request: HttpRequest, staff: Staff) -> None:
    """After ``staff``, who is logged in here, has set a new password: this browser stays."""
    for key in (KEY, SHIFT):
        held = request.session.get(key)
        if held is not None and held["staff"] == staff.pk:
            request.session[key] = {**held, **person(staff)}
    request.session.cycle_key()
    rotate_token(request)


def lock(request: HttpRequest) -> None:
    """Leave the place to a colleague: nobody is logged in, the shift stays open."""
    request.session.pop(KEY, None)
    request.session.cycle_key()


def switch(request: HttpRequest, staff: Staff) -> None:
    """``staff`` takes the place over with a PIN, which shows no second factor."""
    _enter(request, staff, proven=False)


def shift_opener(request: HttpRequest) -> Staff | None:
    """Who opened the shift that this browser is in, with a password and lately; None when no
    PIN is taken here."""
    held = request.session.get(SHIFT)
    if held is None or held["until"] <= stamp(clock.now()):
        return None
    return held_person(held)


def log_out(request: HttpRequest) -> None:
    """Log out and end the shift; residents who are logged in with the same browser stay."""
    for key in (KEY, SHIFT, PENDING):
        request.session.pop(key, None)
    request.session.cycle_key()


def end_log_in(request: HttpRequest) -> None:
    """Whatever log-in was under way is over."""
    request.session.pop(PENDING, None)


def _enter(request: HttpRequest, staff: Staff, *, proven: bool) -> None:
    request.session.cycle_key()
    end_log_in(request)
    until = stamp(clock.now() + PROVEN_FOR) if proven else 0
    request.session[KEY] = {**person(staff), "proven_until": until}
    rotate_token(request)


def person(staff: Staff) -> dict[str, Any]:
    """What a session keeps to know ``staff`` again, until the password changes."""
    return {"staff": staff.pk, "digest": _digest(staff)}


def held_person(held: Mapping[str, Any] | None) -> Staff | None:
    """Whom a session has kept (``person``): still active and, when of a shop, the shop open."""
    if held is None:
        return None
    staff = (
        Staff.objects.select_related("issuer", "shop__issuer")
        .filter(pk=held["staff"], is_active=True)
        .first()
    )
    if staff is None or not constant_time_compare(held["digest"], _digest(staff)):
        return None
    return None if staff.shop is not None and not staff.shop.open else staff


def _digest(staff: Staff) -> str:
    return salted_hmac(
        "hansatsu.identity.staff_sessions", staff.password, algorithm="sha256"
    ).hexdigest()


def stamp(moment: datetime) -> float:
    """A moment as sessions keep it: seconds since 1970."""
    return moment.timestamp()
