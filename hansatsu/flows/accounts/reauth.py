"""Asking for the password again before what an open browser alone may not do."""

from dataclasses import dataclass
from typing import Literal

from hansatsu.parties.identity.events import record
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.identity.passwords import password_fits
from hansatsu.parties.identity.throttle import begin_try, forgive


@dataclass(frozen=True, slots=True)
class Recheck:
    """What became of asking again; ``wait_seconds`` is above 0 only for ``wait``."""

    outcome: Literal["ok", "wrong", "wait"]
    wait_seconds: int = 0


def recheck(resident: Resident, password: str, *, address: str) -> Recheck:
    """Look whether ``password`` is the resident's, who is logged in.

    Wrong tries are counted apart from those of the log-in: a person at an open browser cannot
    shut its owner out of the log-in with them.

    Args:
        resident: whose password it is.
        password: as typed.
        address: where the try comes from.
    """
    attempt = begin_try(f"recheck:{resident.issuer_id}:{resident.pk}", address)
    if attempt.wait_seconds:
        return Recheck("wait", attempt.wait_seconds)
    if not password_fits(password, resident.password):
        record(resident.issuer, "recheck_refused", resident=resident, request_address=address)
        return Recheck("wrong")
    forgive(attempt)
    return Recheck("ok")
