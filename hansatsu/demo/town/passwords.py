"""The demo's passwords and second factors, which everybody may know."""

import base64
from hashlib import sha256

SECRET_BYTES = 20
"""Of an authenticator's secret (RFC 4226, section 4)."""


def demo_password(login_id: str) -> str:
    """``hanako-demo-2026``."""
    return f"{login_id}-demo-2026"


def demo_totp_secret(login_id: str) -> str:
    """The secret of a member of staff's authenticator, base32: the same in every demo."""
    digest = sha256(f"{login_id} demo authenticator".encode()).digest()
    return base64.b32encode(digest[:SECRET_BYTES]).decode()
