"""The pay code (支払コード, CPM): the 20 digits that a resident's phone shows.

``9`` (version) · the issuer's pay number 3 · device 7 · TOTP 8 (RFC 6238, HMAC-SHA-256, 30 s) ·
Luhn 1. The QR code and the barcode carry the same digits. Nothing is written down to show one.
"""

from datetime import datetime

from msgspec import Struct

from hansatsu.formats.qr import luhn
from hansatsu.formats.qr.keyed import Keyed
from hansatsu.formats.qr.putting_right import put_right

VERSION = "9"
LENGTH = 20
PAY_NUMBERS = range(1, 1000)
"""An issuer has three digits, its own in the installation. Never 000: other brands' codes begin
9000."""
DEVICES = 10_000_000
TOTP_DIGITS = 8

STEP_SECONDS = 30
LIFE_SECONDS = 300
"""From the start of its step, until a code is dead."""
SHOWN_SECONDS = 270
"""From the start of its step, until a page shows another one."""
STEPS_BACK = 10
STEPS_AHEAD = 2
"""So far ahead of the clock a code may be, for purchases in a row."""


class PayCode(Struct, frozen=True):
    """What 20 digits say; whether the TOTP is right, only the device's key can tell."""

    pay_number: int
    device: int
    totp: str


def prefix_of(pay_number: int) -> str:
    """What the pay codes of the issuer with this pay number begin with: ``9001``."""
    return f"{VERSION}{pay_number:03}"


def write_pay_code(pay_number: int, device_number: int, totp: str) -> str:
    """The 20 digits of a device's TOTP (eight digits), of the issuer with this pay number.

    Raises:
        ValueError: when one of them does not fit into its digits.
    """
    if not 0 <= device_number < DEVICES or len(totp) != TOTP_DIGITS or not _is_digits(totp):
        raise ValueError("a pay code has seven digits of device and eight of TOTP")
    if pay_number not in PAY_NUMBERS:
        raise ValueError("a pay number has three digits and is not 000")
    body = f"{prefix_of(pay_number)}{device_number:07}{totp}"
    return body + luhn.check_character(body)


def read_pay_code(text: str) -> PayCode | None:
    """The pay code in what was scanned or typed, of any issuer; None when it is not a pay
    code, or was mistyped (Luhn). What ``put_right`` puts right does not matter."""
    digits = put_right(text)
    if len(digits) != LENGTH or not _is_digits(digits) or not digits.startswith(VERSION):
        return None
    if not luhn.is_valid(digits):
        return None
    return PayCode(int(digits[1:4]), int(digits[4:11]), digits[11:19])


def totp(key: bytes, step: int) -> str:
    """RFC 6238 with HMAC-SHA-256 and eight digits."""
    return totp_under(Keyed(key), step)


def totp_under(key: Keyed, step: int) -> str:
    """``totp`` for who asks for many steps of one key."""
    mac = key.digest(step.to_bytes(8))
    offset = mac[-1] & 0xF
    number = int.from_bytes(mac[offset : offset + 4]) & 0x7FFF_FFFF
    return f"{number % 100_000_000:08}"


def step_of(moment: datetime) -> int:
    """The step that a moment is in: 30 s each, from 1970 on."""
    return int(moment.timestamp()) // STEP_SECONDS


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdecimal()
