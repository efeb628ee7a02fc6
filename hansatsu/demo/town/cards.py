"""The demo's cards, whose codes everybody may know."""

import hashlib
from collections.abc import Sequence

from hansatsu.cards.models import Card
from hansatsu.cards.services import find_card, register_cards
from hansatsu.issuers.models import Issuer
from hansatsu.qr import bearer_code

MOST = 10


def demo_card_code(issuer: Issuer, number: int) -> str:
    """The code of the issuer's card ``number``, counted from 1; the same in every demo."""
    drawn = hashlib.sha256(f"card {number} of {issuer.code}".encode()).digest()
    characters = (bearer_code.ALPHABET[byte % 32] for byte in drawn[: bearer_code.RANDOM])
    return bearer_code.seal_code(bearer_code.CARD, "".join(characters))


def build_cards(issuer: Issuer, count: int) -> Sequence[Card]:
    """Cards with empty wallets, ``MOST`` at most."""
    return register_cards(issuer, [demo_card_code(issuer, each + 1) for each in range(count)])


def demo_cards(issuer: Issuer) -> list[tuple[str, Card]]:
    """The issuer's cards, each with its code."""
    codes = [demo_card_code(issuer, each + 1) for each in range(MOST)]
    found = ((code, find_card(issuer, code)) for code in codes)
    return [(code, card) for code, card in found if card is not None]
