"""Answers that count once: a challenge of ALTCHA or of a passkey."""

from datetime import datetime
from hashlib import sha256

from hansatsu.parties import clock
from hansatsu.parties.identity.models.spent import Spent


def spend_once(challenge: bytes, until: datetime) -> bool:
    """True when this is the first answer to ``challenge``; it counts as answered from now on.

    Args:
        challenge: what tells this challenge from every other.
        until: when the challenge ends by itself.
    """
    digest = sha256(challenge).hexdigest()
    _, is_first = Spent.objects.get_or_create(digest=digest, defaults={"until": until})
    return is_first


def forget_spent() -> int:
    """Delete what is too old to be answered; returns how many. For the worker."""
    deleted, _ = Spent.objects.filter(until__lt=clock.now()).delete()
    return deleted
