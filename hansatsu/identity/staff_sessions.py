"""Which member of staff is logged in.

The session's key is apart from residents', so one browser can hold both. It also holds a digest
of the password's hash: after a change of password every other session is out.
"""

from django.http import HttpRequest
from django.middleware.csrf import rotate_token
from django.utils.crypto import constant_time_compare, salted_hmac

from hansatsu.identity.models import Staff

KEY = "staff"


def log_in(request: HttpRequest, staff: Staff) -> None:
    """Log the member of staff in. The session's key changes, so that one fixed before is worth
    nothing."""
    request.session.cycle_key()
    request.session[KEY] = {"staff": staff.pk, "digest": _digest(staff)}
    rotate_token(request)


def current_staff(request: HttpRequest) -> Staff | None:
    """Who is logged in: still active and, when of a shop, the shop still open. Else None."""
    held = request.session.get(KEY)
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


def log_out(request: HttpRequest) -> None:
    """Log out; residents who are logged in with the same browser stay."""
    request.session.pop(KEY, None)
    request.session.cycle_key()


def _digest(staff: Staff) -> str:
    return salted_hmac(
        "hansatsu.identity.staff_sessions", staff.password, algorithm="sha256"
    ).hexdigest()
