"""The demo's API keys, which everybody may know."""

import hashlib

from hansatsu.parties.shops.api_keys import (
    ALPHABET,
    DEFAULT_SCOPES,
    RANDOM,
    START,
    digests_of,
    register_api_key,
)
from hansatsu.parties.shops.models import ApiKey, Scope, Shop
from hansatsu.parties.shops.terminals import open_terminal

FIRST_SHOP = "S0001"
"""Its till also keeps webhook endpoints."""


def demo_api_key(shop: Shop) -> str:
    """The key of the shop's till; the same in every demo."""
    drawn = hashlib.sha512(f"API key of {shop.code} of {shop.issuer.code}".encode()).digest()
    return START + "".join(ALPHABET[byte % len(ALPHABET)] for byte in drawn[:RANDOM])


def build_api_key(shop: Shop) -> None:
    """A till that uses the API, with its key."""
    extra = [Scope.WEBHOOKS] if shop.code == FIRST_SHOP else []
    terminal = open_terminal(shop, "POSレジ", "pos")
    register_api_key(terminal, demo_api_key(shop), [*DEFAULT_SCOPES, *extra])


def has_demo_api_key(shop: Shop) -> bool:
    """True when the demo's key of this shop is still in use."""
    keys = ApiKey.objects.of(shop.issuer).filter(revoked_at=None)
    return keys.filter(digest=digests_of(demo_api_key(shop))[0]).exists()
