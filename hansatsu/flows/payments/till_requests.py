"""A till that asks for an amount: its customer scans the QR code and pays exactly that (MPM).

What the till asks for is sealed in the QR code: shop, yen, and an idempotency key *of the
terminal*. So a changed amount is no request of ours; the first to scan it pays it, and nobody a
second time; and the till, waiting for its own key, sees that and nothing else. Nothing is written
to show it.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from hansatsu.flows.payments.attempts import Attempt, Standing, settle_attempt, standing_of
from hansatsu.parties.issuers.names import terminal_name
from hansatsu.parties.seals.tokens import Opened, SealedToken
from hansatsu.parties.shops.models import Shop, Terminal

LIFETIME: Final = timedelta(minutes=15)
"""How long after a code is first shown one may begin to pay it."""
KEY_BYTES = 12


@dataclass(frozen=True, slots=True)
class Requested:
    """Yen that a terminal of a shop asks for, under its idempotency key."""

    terminal: int
    shop: int
    amount: int
    key: str

    @property
    def actor(self) -> str:
        """In whose name the key is: the terminal's."""
        return terminal_name(self.terminal)


REQUEST_TOKENS: Final = SealedToken(Requested, "hansatsu.payments.requested", LIFETIME, short=True)
"""Requests as texts that are short, so that the QR code stays coarse."""


def ask_for(terminal: Terminal, amount: int) -> Requested:
    """A fresh request for ``amount`` yen."""
    key = f"ask-{secrets.token_urlsafe(KEY_BYTES)}"
    return Requested(terminal.pk, terminal.shop_id, amount, key)


def is_askable(opened: Opened[Requested], shop: Shop) -> bool:
    """True when one may begin to pay it: it is fresh, its terminal in use at ``shop``."""
    if not opened.is_fresh():
        return False
    terminal = opened.value.terminal
    return Terminal.objects.filter(pk=terminal, shop=shop, revoked_at=None).exists()


def standing_of_requested(requested: Requested, shop: Shop) -> Standing:
    """What has become of it, no matter who paid; changes nothing."""
    return standing_of(_attempt(requested, shop))


def withdraw(requested: Requested, shop: Shop) -> Standing:
    """Bring it to its end: paid if it was, otherwise nobody can pay it any more."""
    return settle_attempt(_attempt(requested, shop))


def _attempt(requested: Requested, shop: Shop) -> Attempt:
    return Attempt(shop.issuer_id, requested.actor, requested.key, shop.pk, requested.amount)
