"""Limiting guesses at purchase codes, per resident and per network address."""

from datetime import timedelta

from hansatsu.parties.identity.guess_alarms import masked_address
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.identity.throttle import Count, Limit, Try, count_try, from_address
from hansatsu.parties.issuers.alarms import raise_alarm

RESIDENT = Limit(
    free=5,
    first_wait=timedelta(minutes=1),
    longest_wait=timedelta(hours=1),
    forgotten_after=timedelta(days=1),
)
"""A right code takes back that one try only: otherwise a holder of one could guess for ever."""
ADDRESS = Limit(
    free=30,
    first_wait=timedelta(minutes=1),
    longest_wait=timedelta(minutes=15),
    forgotten_after=timedelta(hours=1),
)


def begin_guess(resident: Resident, address: str) -> Try:
    """Count a try, unless the resident or the address must wait."""
    return count_try(
        Count(f"purchase:{resident.pk}", RESIDENT),
        *from_address(address, "purchase-from", ADDRESS),
    )


def warn_if_reached(resident: Resident, attempt: Try) -> None:
    """Tell the issuer when this wrong try was the one that reached a limit for the first time in
    a while."""
    if not attempt.reached:
        return
    address = next((s for s in attempt.reached if s.startswith("purchase-from:")), "")
    subject = resident.actor
    if address:
        within, _, _bits = address.removeprefix("purchase-from:").partition("/")
        subject = f"address:{masked_address(within)}"
    raise_alarm(
        resident.issuer,
        kind="purchase_code_guesses",
        subject=subject,
        text="購入コードの間違いが続いたため、入力を一時的に止めました。",
    )
