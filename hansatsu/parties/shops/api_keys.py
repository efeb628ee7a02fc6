"""Keys of the API: made for a terminal, shown once, revocable.

``hk_`` and 40 random letters and digits. A server that has just been restored or moved needs the
same ``FIELD_KEYS`` to know them again.
"""

import hmac
import secrets
import string
from collections.abc import Iterable

from django.conf import settings

from hansatsu.parties import clock
from hansatsu.parties.shops.models import ApiKey, Scope, Shop, Terminal

START = "hk_"
ALPHABET = string.ascii_letters + string.digits
RANDOM = 40
SHOWN = 8
"""How many characters after ``hk_`` stay readable, to tell keys apart; 190 random bits are left."""

DEFAULT_SCOPES = (Scope.PAY, Scope.REFUND_TODAY)


def make_api_key(terminal: Terminal, scopes: Iterable[str] = DEFAULT_SCOPES) -> tuple[str, ApiKey]:
    """Make a key of ``terminal``. It comes with its row and is known here and now only: what is
    kept does not give it back.

    Raises:
        ValueError: when there is no scope, or one that does not exist.
    """
    key = START + "".join(secrets.choice(ALPHABET) for _ in range(RANDOM))
    return key, register_api_key(terminal, key, scopes)


def register_api_key(
    terminal: Terminal, key: str, scopes: Iterable[str] = DEFAULT_SCOPES
) -> ApiKey:
    """Let ``terminal`` use a key that exists already.

    Raises:
        ValueError: when it is not like a key, or a scope is unknown or missing.
    """
    wanted = set(scopes)
    if not wanted or not wanted <= set(Scope.values):
        raise ValueError("a key has one scope or more, of those that exist")
    if not is_like_a_key(key):
        raise ValueError("a key is hk_ and 40 letters and digits")
    return ApiKey.objects.create(
        issuer_id=terminal.issuer_id,
        terminal=terminal,
        prefix=key[: len(START) + SHOWN],
        digest=digests_of(key)[0],
        scopes=[scope for scope in Scope.values if scope in wanted],
        created_at=clock.now(),
    )


def revoke_api_key(key: ApiKey) -> None:
    """Have the API refuse it, everywhere within a second. Twice is as once."""
    ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=clock.now())


def list_api_keys(shop: Shop) -> list[ApiKey]:
    """The keys of the shop's terminals, revoked ones too, the oldest first."""
    keys = ApiKey.objects.of(shop.issuer).filter(terminal__shop=shop)
    return list(keys.select_related("terminal").order_by("pk"))


def find_api_key(shop: Shop, key_id: int) -> ApiKey | None:
    """The key with this id, of one of the shop's terminals; None for any other."""
    keys = ApiKey.objects.of(shop.issuer).select_related("terminal")
    return keys.filter(pk=key_id, terminal__shop=shop).first()


def is_like_a_key(text: str) -> bool:
    """True when it has the form of a key at all."""
    return (
        len(text) == len(START) + RANDOM
        and text.startswith(START)
        and set(text[len(START) :]) <= set(ALPHABET)
    )


def digests_of(key: str) -> list[str]:
    """What is stored of a key: the first is in use, the others are those of keys that were made
    under older ``FIELD_KEYS``."""
    return [
        hmac.digest(each.encode(), key.encode(), "sha256").hex() for each in settings.FIELD_KEYS
    ]
