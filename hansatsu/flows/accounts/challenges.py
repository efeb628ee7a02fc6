"""Showing that somebody is there: パズル認証, or work done by the browser (ALTCHA).

The puzzle shuts out some people; for them the browser works for a second or two instead
(WCAG 2.2, 3.3.8). Either gives one try of a password.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

import altcha
from django.utils.crypto import salted_hmac

from hansatsu.flows.accounts import puzzle
from hansatsu.parties import clock
from hansatsu.parties.identity.known_browsers import after_wrong, browser_of_resident, count_of
from hansatsu.parties.identity.models import LogIn
from hansatsu.parties.identity.single_use import spend_once
from hansatsu.parties.identity.throttle import Limit, count_try, forgive, from_address

PROOF_LIFE = timedelta(minutes=15)
"""From a solved puzzle to the password."""

WORK_LIFE = timedelta(minutes=30)
ALGORITHM = "PBKDF2/SHA-256"
COST = 2_000
"""Rounds of each try. Some 256 tries are needed: about a second on a phone of five years ago,
and three milliseconds here."""

PUZZLES = Limit(
    free=20,
    first_wait=timedelta(minutes=1),
    longest_wait=timedelta(minutes=15),
    forgotten_after=timedelta(hours=1),
    clears=True,
)
"""Wrong answers of one login ID."""

LONGEST_PAYLOAD = 4_000  # characters; real ones have some 700


@dataclass(frozen=True, slots=True)
class Shown:
    """What somebody sent to show that they are there; each part may be empty."""

    proof: str = ""
    work: str = ""
    puzzle_key: str = ""
    position: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether it was enough. ``wait_seconds``: it was not looked at, for there were too many."""

    is_enough: bool
    wait_seconds: int = 0


def judge(log_in: LogIn, shown: Shown, address: str, *, tokens: Collection[str] = ()) -> Judgement:
    """Whether ``shown`` gives a try of the password; it is used up. A browser whose ``tokens`` are
    known is counted apart."""
    if shown.proof:
        return Judgement(_take_proof(log_in, shown.proof))
    known = browser_of_resident(tokens, log_in.issuer, log_in.login_id)
    count = count_of(f"puzzle:{log_in.issuer_id}:{log_in.login_id}", PUZZLES, known)
    attempt = count_try(count, *from_address(address))
    if attempt.wait_seconds:
        return Judgement(False, attempt.wait_seconds)
    solved = (
        _has_worked(log_in, shown.work)
        if shown.work
        else puzzle.solves(log_in, shown.puzzle_key, shown.position)
    )
    if solved:
        forgive(attempt)
    else:
        after_wrong(attempt, known)
    return Judgement(solved)


def give_proof(log_in: LogIn) -> str:
    """A token that a solved puzzle is exchanged for: good for one password of ``log_in``."""
    token = secrets.token_urlsafe(24)
    LogIn.objects.filter(pk=log_in.pk).update(
        proof_hash=_hash(token), proof_until=clock.now() + PROOF_LIFE
    )
    return token


def new_work(log_in: LogIn) -> dict[str, Any]:
    """A challenge for the browser to work on, as ALTCHA's widget wants it."""
    until = int((clock.now() + WORK_LIFE).timestamp())
    challenge = altcha.create_challenge(
        ALGORITHM,
        COST,
        data={"log_in": log_in.pk, "until": until},
        hmac_secret=_secret(),
    )
    return challenge.to_dict()


def _take_proof(log_in: LogIn, token: str) -> bool:
    taken = LogIn.objects.filter(
        pk=log_in.pk, proof_hash=_hash(token), proof_until__gt=clock.now()
    ).update(proof_hash="", proof_until=None)
    return taken == 1


def _has_worked(log_in: LogIn, payload: str) -> bool:
    """True when the work is of a challenge of ours, for this log-in, in time and not used before:
    ALTCHA's own check says nothing of the last three."""
    if len(payload) > LONGEST_PAYLOAD or not altcha.verify_solution(payload, _secret()).verified:
        return False
    parameters = altcha.Payload.from_base64(payload).challenge.parameters
    data = parameters.data or {}
    now = clock.now()
    if data.get("log_in") != log_in.pk or data.get("until", 0) <= now.timestamp():
        return False
    return spend_once(f"altcha:{parameters.nonce}".encode(), now + WORK_LIFE)


def _secret() -> str:
    return salted_hmac("hansatsu.accounts.challenges", "altcha", algorithm="sha256").hexdigest()


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
