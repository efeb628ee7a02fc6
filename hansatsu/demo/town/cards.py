"""The demo's cards and gift codes, which everybody may know."""

import hashlib
from collections.abc import Sequence

from hansatsu.formats.qr import bearer_code
from hansatsu.parties.cards.models import Card
from hansatsu.parties.cards.services import find_card, register_cards
from hansatsu.parties.gifts.expiry import Expiry
from hansatsu.parties.gifts.models import GiftCode
from hansatsu.parties.gifts.services import NewGifts, find_gift, register_gifts
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.programs.models import Emoney

MOST = 10
GIFT_MONTHS = 6


def demo_card_code(issuer: Issuer, number: int) -> str:
    """The code of the issuer's card ``number``, counted from 1; the same in every demo."""
    return _code(bearer_code.CARD, f"card {number} of {issuer.code}")


def demo_gift_code(issuer: Issuer, number: int) -> str:
    """The issuer's gift code ``number``, counted from 1; the same in every demo."""
    return _code(bearer_code.GIFT, f"gift {number} of {issuer.code}")


def build_cards(issuer: Issuer, count: int) -> Sequence[Card]:
    """Cards with empty wallets, ``MOST`` at most."""
    return register_cards(issuer, [demo_card_code(issuer, each + 1) for each in range(count)])


def build_gifts(issuer: Issuer, emoney: Emoney, amount: int, count: int) -> None:
    """Gift codes of ``amount`` yen each, ``MOST`` at most, that live for some months from the day
    they are taken."""
    register_gifts(
        issuer,
        NewGifts("来店プレゼント", [(emoney, amount)], Expiry(after=GIFT_MONTHS)),
        [demo_gift_code(issuer, each + 1) for each in range(count)],
    )


def demo_cards(issuer: Issuer) -> list[tuple[str, Card]]:
    """The issuer's cards, each with its code."""
    codes = [demo_card_code(issuer, each + 1) for each in range(MOST)]
    found = ((code, find_card(issuer, code)) for code in codes)
    return [(code, card) for code, card in found if card is not None]


def demo_gifts(issuer: Issuer) -> list[tuple[str, GiftCode]]:
    """The issuer's gift codes, used ones too, each with its code."""
    codes = [demo_gift_code(issuer, each + 1) for each in range(MOST)]
    found = ((code, find_gift(issuer, code)) for code in codes)
    return [(code, gift) for code, gift in found if gift is not None]


def _code(kind: bearer_code.Kind, name: str) -> str:
    drawn = hashlib.sha256(name.encode()).digest()
    characters = (bearer_code.ALPHABET[byte % 32] for byte in drawn[: bearer_code.RANDOM])
    return bearer_code.seal_code(kind, "".join(characters))
