"""Who is logged in to an issuer's wallet site.

Each issuer has a key of its own in the session, so one browser can be logged in to two schemes,
and leaving one does not leave the other. The key also holds a digest of the password's hash:
after a change of password every other session is out. And it names the device, the browser that
logged in: revoking that ends the session too.

A session ends with the browser; what lasts longer is a saved device (``accounts.saved_devices``).
"""

from functools import cache

from django.http import HttpRequest
from django.middleware.csrf import rotate_token
from django.utils.crypto import constant_time_compare, salted_hmac

from hansatsu.database.connections import ledger_connection
from hansatsu.database.rows import columns, thing_of, width_of
from hansatsu.parties.identity.devices import open_device, revoke_device
from hansatsu.parties.identity.models import Device, Resident
from hansatsu.parties.issuers.models import Issuer

STAFF = "staff"
"""The key of a session under which ``staff.shop_sessions`` keeps who works at a till."""


def log_in(request: HttpRequest, resident: Resident, device: Device | None = None) -> Device:
    """Log the resident in. The session's key changes, so that one fixed before is worth nothing.

    Args:
        request: of the browser.
        resident: who proved who they are.
        device: the browser, when it is known from before; otherwise it is a new one.

    Returns the browser.
    """
    device = device or open_device(resident, request.META.get("HTTP_USER_AGENT", ""))
    request.session.cycle_key()
    request.session.set_expiry(0)
    request.session[_key(resident.issuer_id)] = {
        "resident": resident.pk,
        "device": device.pk,
        "digest": password_digest(resident),
    }
    rotate_token(request)
    return device


def stay_logged_in(request: HttpRequest, resident: Resident) -> None:
    """After ``resident``, who is logged in here, has set a new password: this browser stays logged
    in, and saved if it was. The session's key changes."""
    held = request.session.get(_key(resident.issuer_id))
    if held is None or held["resident"] != resident.pk:
        return
    digest = password_digest(resident)
    Device.objects.filter(pk=held["device"]).exclude(saved_until=None).update(saved_digest=digest)
    request.session.cycle_key()
    request.session[_key(resident.issuer_id)] = {**held, "digest": digest}
    rotate_token(request)


def current_device(request: HttpRequest, issuer: Issuer) -> Device | None:
    """The browser of the resident who is logged in to ``issuer``'s site, or None."""
    held = request.session.get(_key(issuer.pk))
    if held is None:
        return None
    device = _device(issuer, held["device"], held["resident"])
    if device is None or not constant_time_compare(
        held["digest"], password_digest(device.resident)
    ):
        return None
    return device


def current_resident(request: HttpRequest, issuer: Issuer) -> Resident | None:
    """The resident who is logged in to ``issuer``'s site, or None."""
    device = current_device(request, issuer)
    return None if device is None else device.resident


def log_out(request: HttpRequest, issuer: Issuer | None = None) -> None:
    """Log out of ``issuer``'s site, or of everything in this browser when it is None."""
    if issuer is not None:
        device = current_device(request, issuer)
        if device is not None:
            revoke_device(device, is_known=True)
        request.session.pop(_key(issuer.pk), None)
        if any(key.startswith(("resident:", STAFF)) for key, _ in request.session.items()):
            request.session.cycle_key()
            return
    request.session.flush()


def password_digest(resident: Resident) -> str:
    """What changes when the password does, and tells nothing of it."""
    return salted_hmac(
        "hansatsu.identity.sessions", resident.password, algorithm="sha256"
    ).hexdigest()


def _device(issuer: Issuer, device_id: int, resident_id: int) -> Device | None:
    """The resident's device, not revoked, with its resident, who has not left, and ``issuer``: in
    one statement, as every page asks for it."""
    found = ledger_connection().execute(_statement(), [device_id, issuer.pk, resident_id])
    row = found.fetchone()
    if row is None:
        return None
    device = thing_of(Device, row[: width_of(Device)])
    device.resident = thing_of(Resident, row[width_of(Device) : -1])
    device.read_at = row[-1]
    device.issuer = device.resident.issuer = issuer
    return device


@cache
def _statement() -> bytes:
    # what is put in are names of columns, from our own models
    return f"""
        select {columns(Device, "d")}, {columns(Resident, "r")}, ledger.now()
        from identity_device as d join identity_resident as r on r.id = d.resident_id
        where d.id = %s and d.issuer_id = %s and d.resident_id = %s and d.revoked_at is null
            and r.issuer_id = d.issuer_id and r.closed_at is null
    """.encode()  # noqa: S608


def _key(issuer_id: int) -> str:
    return f"resident:{issuer_id}"
