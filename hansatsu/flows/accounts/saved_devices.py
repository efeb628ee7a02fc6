"""ログイン状態を保存: a browser that is known, and one that logs in by itself.

Every browser that has logged in keeps a cookie with a token. It tells that the browser is known,
so that a log-in from it is no news; while its device is saved, it also opens the wallet.

A token that opened the wallet is followed by another. The old one works until the new one has been
seen: a phone that loses the answer on its way is not shut out, and of two requests that come
at once both get in. From then on the old one is worth nothing.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare

from hansatsu.parties import clock
from hansatsu.parties.identity import sessions
from hansatsu.parties.identity.known_browsers import remember
from hansatsu.parties.identity.models import Device, Resident
from hansatsu.parties.issuers.models import Issuer
from hansatsu.system.cookie_names import path_name, value_of

SAVED = timedelta(days=90)
"""From the last time that the browser came."""

KNOWN = timedelta(days=400)
"""As long as browsers keep a cookie at most."""

AT_ONCE = timedelta(seconds=60)
"""Requests so close to each other get one new token between them."""

NUMBER_LENGTH = 7
LONGEST_COOKIE = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """A log-in by a saved device. ``token`` is for its cookie; empty when it keeps the one it
    has."""

    device: Device
    token: str


def enter(request: HttpRequest, issuer: Issuer) -> Entry | None:
    """Log in the saved browser that ``request`` comes from; None when it is not one."""
    number, token = _read(request, issuer)
    if number is None:
        return None
    now = clock.now()
    with transaction.atomic():
        device = (
            Device.objects.of(issuer)
            .select_for_update(of=("self",))
            .select_related("resident__issuer")
            .filter(
                number=number,
                revoked_at=None,
                saved_until__gt=now,
                resident__closed_at=None,
            )
            .first()
        )
        if device is None or not _opens(device, token):
            return None
        following = _follow(device, token, now)
        device.seen_at = now
        device.saved_until = now + SAVED
        device.save()
    sessions.log_in(request, device.resident, device)
    return Entry(device, following)


def confirm(request: HttpRequest, device: Device) -> None:
    """The browser shows the new token it was given: the one before is worth nothing now."""
    if not device.next_hash:
        return
    _, token = _read(request, device.resident.issuer)
    if token and constant_time_compare(_hash(token), device.next_hash):
        Device.objects.filter(pk=device.pk, next_hash=device.next_hash).update(
            token_hash=device.next_hash, next_hash="", next_at=None
        )


def recognise(request: HttpRequest, resident: Resident) -> Device | None:
    """The device of ``resident`` that this browser was at an earlier log-in. It may be revoked:
    its owner logged out."""
    number, token = _read(request, resident.issuer)
    if number is None:
        return None
    device = Device.objects.filter(resident=resident, number=number).first()
    if device is None or not _knows(device, token):
        return None
    return device


def give_token(device: Device, *, is_saved: bool) -> str:
    """A new token for the browser that has just logged in as ``device``; saved or only known."""
    token = secrets.token_urlsafe(32)
    device.token_hash, device.next_hash, device.next_at = _hash(token), "", None
    device.saved_until = clock.now() + SAVED if is_saved else None
    device.saved_digest = sessions.password_digest(device.resident) if is_saved else ""
    device.save()
    return token


def set_cookie(request: HttpRequest, response: HttpResponse, device: Device, token: str) -> None:
    """Have the browser keep ``token``, and be known to its resident; nothing when it is empty."""
    if not token:
        return
    remember(request, response, device=device)
    response.set_cookie(
        cookie_name(device.resident.issuer),
        f"{device.number:0{NUMBER_LENGTH}}{token}",
        max_age=KNOWN,
        path=f"/{device.resident.issuer.code}/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def cookie_name(issuer: Issuer) -> str:
    """``hansatsu_device_OEM202303``, over https ``__Secure-…``: each scheme has its own."""
    return path_name(_former_name(issuer), is_https=settings.SESSION_COOKIE_SECURE)


def _former_name(issuer: Issuer) -> str:
    return f"hansatsu_device_{issuer.code}"


def _read(request: HttpRequest, issuer: Issuer) -> tuple[int | None, str]:
    held = value_of(request.COOKIES, cookie_name(issuer), _former_name(issuer))
    value = held[:LONGEST_COOKIE]
    number, token = value[:NUMBER_LENGTH], value[NUMBER_LENGTH:]
    if not (number.isascii() and number.isdecimal() and token):
        return None, ""
    return int(number), token


def _knows(device: Device, token: str) -> bool:
    held = (device.token_hash, device.next_hash)
    return any(each and constant_time_compare(_hash(token), each) for each in held)


def _opens(device: Device, token: str) -> bool:
    digest = sessions.password_digest(device.resident)
    return _knows(device, token) and constant_time_compare(device.saved_digest, digest)


def _follow(device: Device, token: str, now: datetime) -> str:
    """The token after ``token``, or none when a request at the same time has just got one."""
    if device.next_hash and constant_time_compare(_hash(token), device.next_hash):
        device.token_hash, device.next_hash = device.next_hash, ""
    elif device.next_hash and device.next_at and now - device.next_at < AT_ONCE:
        return ""
    following = secrets.token_urlsafe(32)
    device.next_hash, device.next_at = _hash(following), now
    return following


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
