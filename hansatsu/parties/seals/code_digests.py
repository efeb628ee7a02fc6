"""Under which digests a bearer code (a card, a gift code, a purchase code) is kept and found.

The keys are ``FIELD_KEYS``: the first makes digests, all of them find, so that cards and letters
printed under an older key still work.
"""

from django.conf import settings

from hansatsu.formats.qr import bearer_code


def digest_of(code: str) -> str:
    """What is stored of a new code."""
    return bearer_code.digest(code, _keys()[0])


def digests_of(code: str) -> list[str]:
    """All that may be stored of a code that was read."""
    return [bearer_code.digest(code, key) for key in _keys()]


def _keys() -> list[bytes]:
    return [key.encode() for key in settings.FIELD_KEYS]
