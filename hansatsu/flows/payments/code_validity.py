"""Whose a pay code is, and whether it still serves: the rule alone, without a database.

The pages ask it for one code at a time, the API for many at once; both bring what the database
knows of the device.
"""

import hmac
import struct
from datetime import UTC, datetime
from functools import lru_cache
from typing import Literal

from django.conf import settings
from msgspec import Struct

from hansatsu.formats.qr.keyed import Keyed
from hansatsu.formats.qr.pay_code import (
    LIFE_SECONDS,
    STEP_SECONDS,
    STEPS_AHEAD,
    PayCode,
    step_of,
    totp_under,
)

STEPS_TOLD = 60 * 60 // STEP_SECONDS
"""How far back a code is still known as an old one: an hour."""

KEY_FIELDS = struct.Struct(">IIH")
NOBODYS_KEY = bytes(32)
"""So that a number nobody has takes as long to refuse as a wrong code."""

Verdict = Literal[
    "ok",
    "unknown_code",
    "code_expired",
    "code_used",
    "card_replaced",
    "foreign_code",
    "mistyped_code",
    "charge_code",
]
"""The last three are told by the text alone: ``qr.till_code``. ``unknown_code`` has our form, and
nobody has it: only it is counted as a try to guess."""


class KnownDevice(Struct, frozen=True):
    """What is known of the device with a code's number; ``last_step`` is the newest it has
    spent, -1 for none. A device that was revoked, or whose resident has left, is not known."""

    issuer_id: int
    number: int
    generation: int
    last_step: int


def key_of(issuer_id: int, number: int, generation: int) -> bytes:
    """The key of a device's codes, from the master in the environment: a dump of the database
    makes no codes."""
    fields = KEY_FIELDS.pack(issuer_id, number, generation)
    return _master(settings.PAY_CODE_MASTER_KEY).digest(fields)


def judge(code: PayCode, device: KnownDevice | None, now: datetime) -> tuple[Verdict, int | None]:
    """Whether ``code``, read at a till of its issuer, is good at ``now``; and its step, when it is
    or was the device's.
    What ``ok`` is said of may be spent by another till meanwhile: the ledger has the last word.
    """
    key = NOBODYS_KEY
    if device is not None:
        key = key_of(device.issuer_id, device.number, device.generation)
    step = matching_step(key, code.totp, step_of(now))
    if device is None or step is None:
        return "unknown_code", None
    if now >= moment(step * STEP_SECONDS + LIFE_SECONDS):
        return "code_expired", step
    if step <= device.last_step:
        return "code_used", step
    return "ok", step


def matching_step(key: bytes, digits: str, now: int) -> int | None:
    """The newest step whose TOTP this is, of the last hour. A code that nobody has takes as long
    as one whose device exists: all steps are tried for both. That a code which fits is found
    sooner the newer it is tells only what the answer tells."""
    keyed = Keyed(key)
    for step in range(now + STEPS_AHEAD, now - STEPS_TOLD - 1, -1):
        if hmac.compare_digest(totp_under(keyed, step), digits):
            return step
    return None


def moment(seconds: int) -> datetime:
    """Seconds since 1970 as a time."""
    return datetime.fromtimestamp(seconds, UTC)


@lru_cache(1)
def _master(key: str) -> Keyed:
    return Keyed(key.encode())
