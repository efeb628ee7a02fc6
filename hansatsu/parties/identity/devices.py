"""Opening and revoking the browsers of residents."""

import secrets
from datetime import timedelta

from django.db import IntegrityError, transaction

from hansatsu.database.connections import ledger_connection
from hansatsu.ledger import api as ledger
from hansatsu.parties import clock
from hansatsu.parties.identity.known_browsers import forget_known, forget_known_at
from hansatsu.parties.identity.models.device import NUMBERS, Device
from hansatsu.parties.identity.models.resident import Resident

LONGEST_LABEL = 200
TOUCHED_EVERY = timedelta(hours=1)
"""How often it is noted that a browser was seen: a write at each page would buy nothing."""

TRIES = 20
"""Of random numbers, until the issuer's seven digits count as used up."""


def open_device(resident: Resident, label: str) -> Device:
    """Let one more browser of ``resident`` show pay codes. ``label`` is what it calls itself.

    Raises:
        RuntimeError: when no free number is found.
    """
    for _ in range(TRIES):
        try:
            return _open(resident, label, secrets.randbelow(NUMBERS))
        except IntegrityError:
            continue
    raise RuntimeError("the issuer has no free device numbers left")


def revoke_device(device: Device, *, is_known: bool = False) -> None:
    """Log the browser out, kill its codes, those on their way too, and forget that it was saved.
    Twice is as once.

    Args:
        device: the browser.
        is_known: its owner left by themselves, so a later log-in from it is no news. Otherwise it
            is treated as a stranger's from now on.
    """
    ended: dict[str, object] = {"saved_until": None, "saved_digest": ""}
    if not is_known:
        ended |= {"token_hash": "", "next_hash": ""}
    with transaction.atomic():
        ledger.revoke_device(
            ledger_connection(), issuer_id=device.issuer_id, device_id=device.ledger_id
        )
        Device.objects.filter(pk=device.pk).update(**ended)
        if not is_known:
            forget_known_at(device=device)
        Device.objects.filter(pk=device.pk, revoked_at=None).update(revoked_at=clock.now())


def touch_device(device: Device) -> None:
    """Note that the browser is being used, once in ``TOUCHED_EVERY``."""
    now = device.read_at or clock.now()
    if now - device.seen_at >= TOUCHED_EVERY:
        Device.objects.filter(pk=device.pk).update(seen_at=now)


def devices_of(resident: Resident) -> list[Device]:
    """The browsers that may show the resident's pay codes, the last seen first."""
    return list(
        Device.objects.of(resident.issuer)
        .filter(resident=resident, revoked_at=None)
        .order_by("-seen_at", "-pk")
    )


def revoke_devices(resident: Resident, *, keep: Device | None = None) -> int:
    """Revoke every browser of ``resident`` but ``keep``: after a new password, and on leaving.
    Returns how many."""
    others = Device.objects.filter(resident=resident, revoked_at=None)
    if keep is not None:
        others = others.exclude(pk=keep.pk)
    revoked = list(others)
    for device in revoked:
        revoke_device(device)
    forget_known(resident, keep=keep)  # those too that logged out before
    return len(revoked)


def _open(resident: Resident, label: str, number: int) -> Device:
    now = clock.now()
    with transaction.atomic():
        device = Device.objects.create(
            issuer_id=resident.issuer_id,
            resident=resident,
            number=number,
            label=label.replace("\0", "")[:LONGEST_LABEL],
            created_at=now,
            seen_at=now,
        )
        ledger.open_device(
            ledger_connection(),
            issuer_id=resident.issuer_id,
            wallet_id=resident.wallet_id,
            device_id=device.ledger_id,
        )
    return device
