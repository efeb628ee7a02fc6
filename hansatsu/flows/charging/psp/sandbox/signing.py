"""Signing webhooks as Stripe does: ``t=SECONDS,v1=HMAC-SHA256(secret, SECONDS.BODY)``."""

import hmac
import re

HEADER = "Sandbox-Signature"
TOLERANCE = 300
"""Seconds by which the times of sender and receiver may differ."""

_FORM = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})")


def sign(body: bytes, secret: str, seconds: int) -> str:
    """The header for a body that is sent ``seconds`` after 1970."""
    return f"t={seconds},v1={_digest(body, secret, seconds)}"


def is_signed(body: bytes, header: str, secret: str, seconds: int) -> bool:
    """True when who knows the secret has signed the body, not long before or after now."""
    found = _FORM.fullmatch(header)
    if found is None or abs(int(found[1]) - seconds) > TOLERANCE:
        return False
    return hmac.compare_digest(found[2], _digest(body, secret, int(found[1])))


def _digest(body: bytes, secret: str, seconds: int) -> str:
    return hmac.digest(secret.encode(), f"{seconds}.".encode() + body, "sha256").hex()
