"""Secrets that must be read again (of webhooks, providers, second factors), encrypted at rest.

The keys come from ``FIELD_KEYS``: the first encrypts, all decrypt, so that keys can be changed
while what older ones encrypted stays readable (docs/runbooks/deploy.md).
"""

import base64
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

PURPOSE = b"hansatsu.secrets_box"
"""Cards are found by digests under the same keys; what opens this box is told apart by it."""


class ClosedBoxError(Exception):
    """No key in FIELD_KEYS opens this: the one that made it was taken out too early."""


def seal(text: str) -> str:
    """``text`` encrypted and signed, as ASCII; another text each time."""
    return _box().encrypt(text.encode()).decode("ascii")


def unseal(sealed: str) -> str:
    """What was sealed.

    Raises:
        ClosedBoxError: when no key of now opens it, or it was changed.
    """
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise ClosedBoxError(
            "Put the FIELD_KEYS back that this secret was sealed under."
        ) from error


def seal_file(content: bytes) -> bytes:
    """As ``seal``, for a whole file."""
    return _box().encrypt(content)


def unseal_file(sealed: bytes) -> bytes:
    """As ``unseal``, for a whole file.

    Raises:
        ClosedBoxError: as ``unseal``.
    """
    try:
        return _box().decrypt(sealed)
    except InvalidToken as error:
        raise ClosedBoxError("Put the FIELD_KEYS back that this file was sealed under.") from error


def _box() -> MultiFernet:
    return MultiFernet([Fernet(_key(each)) for each in settings.FIELD_KEYS])


def _key(text: str) -> bytes:
    return base64.urlsafe_b64encode(hmac.digest(text.encode(), PURPOSE, "sha256"))
