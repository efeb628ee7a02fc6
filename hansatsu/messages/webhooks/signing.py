"""Signing as Standard Webhooks says (https://www.standardwebhooks.com)."""

import base64
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

from standardwebhooks import Webhook

SECRET_BYTES = 32
SECRET_PREFIX = "whsec_"  # noqa: S105 - what every such secret begins with
ID_PREFIX = "msg_"


def new_secret() -> str:
    """A secret for one endpoint, as the receiver's library wants it."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode("ascii")


def new_webhook_id() -> str:
    """What tells one message from all others."""
    return ID_PREFIX + secrets.token_hex(16)


def signed_headers(
    webhook_id: str, body: str, secrets_in_use: Sequence[str], now: datetime
) -> dict[str, str]:
    """The three headers of Standard Webhooks, with a signature for every secret in use.

    Args:
        webhook_id: of the message.
        body: exactly what is sent.
        secrets_in_use: ``whsec_…``; two of them while one takes the other's place.
        now: the time that is signed, which receivers compare with their own clock.
    """
    moment = now.astimezone(UTC)
    signatures = [Webhook(each).sign(webhook_id, moment, body) for each in secrets_in_use]
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
