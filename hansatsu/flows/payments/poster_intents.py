"""What a resident is about to pay, sealed so that it can stand in an address.

The key in it is made once, when the amount is entered. Reload, back, a second tab and a double
tap carry the same key, so all of them together are one payment.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from hansatsu.flows.payments import till_requests
from hansatsu.flows.payments.till_requests import Requested
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.seals.tokens import SealedToken
from hansatsu.parties.shops.models import Shop

LIFETIME: Final = timedelta(hours=1)
"""How long an unpaid intent of a resident's own is good for; then it must be started anew."""
KEY_BYTES = 16


@dataclass(frozen=True, slots=True)
class Intent:
    """One payment before it is made: who, where, how many yen, under which idempotency key.

    ``terminal`` is the one that asked for this amount; the key is then its own
    (``payments.till_requests``), otherwise the resident's.
    """

    resident: int
    shop: int
    amount: int
    key: str
    terminal: int | None = None


def new_key() -> str:
    """A fresh idempotency key, for one showing of the amount page."""
    return secrets.token_urlsafe(KEY_BYTES)


def own_key(sent: str) -> str:
    """The key that a page was shown with and has sent back; a new one for what no form of ours
    sends."""
    return sent if re.fullmatch(r"[A-Za-z0-9_-]{16,64}", sent) else new_key()


def make_intent(resident: Resident, shop: Shop, amount: int, key: str) -> Intent:
    """What ``resident`` is about to pay at ``shop``, in yen."""
    return Intent(resident.pk, shop.pk, amount, key)


def make_requested_intent(resident: Resident, asked: Requested) -> Intent:
    """What ``resident`` is about to pay at a till that asks for it."""
    return Intent(resident.pk, asked.shop, asked.amount, asked.key, asked.terminal)


def _lifetime_of(intent: Intent) -> timedelta:
    """What a till asks for lives as short as its QR code."""
    return LIFETIME if intent.terminal is None else till_requests.LIFETIME


POSTER_TOKENS: Final = SealedToken(Intent, "hansatsu.payments.intent", _lifetime_of)
"""Intents as texts that fit in an address."""
