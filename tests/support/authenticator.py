"""A security key made of software: answers a site's challenge as a browser would pass it on."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import bytes_to_base64url, encode_cbor

USER_PRESENT, USER_VERIFIED, HAS_KEY = 0x01, 0x04, 0x40


@dataclass(slots=True)
class Authenticator:
    """Makes one passkey. ``verifies`` is False for one that asks for no finger and no PIN."""

    site_id: str
    origin: str
    verifies: bool = True
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def register(self, challenge: bytes) -> str:
        """The answer to ``navigator.credentials.create``, as JSON."""
        about_client = {
            "type": "webauthn.create",
            "challenge": bytes_to_base64url(challenge),
            "origin": self.origin,
            "crossOrigin": False,
        }
        attestation = {"fmt": "none", "attStmt": {}, "authData": self._data()}
        return json.dumps(
            {
                "id": bytes_to_base64url(self.credential_id),
                "rawId": bytes_to_base64url(self.credential_id),
                "type": "public-key",
                "response": {
                    "clientDataJSON": bytes_to_base64url(json.dumps(about_client).encode()),
                    "attestationObject": bytes_to_base64url(encode_cbor(attestation)),
                    "transports": ["internal", "unheard-of"],
                },
                "clientExtensionResults": {},
            }
        )

    def _data(self) -> bytes:
        flags = USER_PRESENT | HAS_KEY | (USER_VERIFIED if self.verifies else 0)
        point = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)}
        return b"".join(
            (
                hashlib.sha256(self.site_id.encode()).digest(),
                bytes([flags]),
                (0).to_bytes(4),
                bytes(16),
                len(self.credential_id).to_bytes(2),
                self.credential_id,
                encode_cbor(cose),
            )
        )
