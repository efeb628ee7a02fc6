"""Telling an issuer's staff that guesses were stopped (quality.md, Security)."""

from ipaddress import ip_address, ip_network
from typing import Final, Literal

from hansatsu.parties.identity.models.resident import Resident
from hansatsu.parties.issuers.alarms import raise_alarm
from hansatsu.parties.issuers.models import Issuer

TEXTS: Final = {
    "log_in_blocked": "パスワードの間違いが続いたため、ログインを一時的に止めました。",
    "one_time_blocked": "ワンタイムパスワードの間違いが続いたため、24時間、入力を止めました。",
}
"""By the kind of the event; for staff, who read Japanese."""
KEPT_BITS: Final = {4: 24, 6: 48}
"""Of an address of each IP version: enough to see that guesses come from one place."""


def warn_of_guesses(
    issuer: Issuer,
    kind: Literal["log_in_blocked", "one_time_blocked"],
    *,
    resident: Resident | None,
    address: str,
) -> None:
    """Raise an alarm, in the caller's transaction.

    Args:
        issuer: whose site it happened on.
        kind: of the event that is recorded beside it.
        resident: whose account was guessed at; None for a login ID that nobody has.
        address: where the guesses came from; all of it is in the event only.
    """
    subject = f"address:{masked_address(address)}"
    if resident is not None:
        subject = resident.actor
    raise_alarm(issuer, kind=kind, subject=subject, text=TEXTS[kind])


def masked_address(address: str) -> str:
    """``192.0.2.0/24``; empty when it is no network address."""
    try:
        version = ip_address(address).version
    except ValueError:
        return ""
    return str(ip_network(f"{address}/{KEPT_BITS[version]}", strict=False))
