"""A passkey without a phone: its private key, and the answers it gives."""

import json
import secrets
from base64 import b64decode, b64encode
from hashlib import sha256

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import bytes_to_base64url, encode_cbor

from hansatsu.parties import clock
from hansatsu.parties.identity import passkeys
from hansatsu.parties.identity.models import Passkey

PRESENT_AND_VERIFIED = 0b101
ONLY_PRESENT = 0b001


class Key:
    """A key pair and its credential id."""

    def __init__(self) -> None:
        self.credential_id = secrets.token_bytes(16)
        self._private = ec.generate_private_key(ec.SECP256R1())

    @classmethod
    def kept(cls, credential: str, private_key: str) -> "Key":
        """The key of ``for_chromium``: its credential id and private key, base64."""
        key = cls()
        key.credential_id = b64decode(credential)
        private = serialization.load_der_private_key(b64decode(private_key), password=None)
        assert isinstance(private, ec.EllipticCurvePrivateKey)
        key._private = private
        return key

    def belongs_to(self, owner: passkeys.Owner, sign_count: int = 0) -> Passkey:
        """The row that adding it in their own pages would have made."""
        return Passkey.objects.create(
            issuer=owner.issuer,
            **passkeys.owned_by(owner),
            credential_id=self.credential_id,
            public_key=self._public(),
            sign_count=sign_count,
            name="スマホ",
            created_at=clock.now(),
        )

    def answer(
        self, challenge: str, *, origin: str = "", flags: int = PRESENT_AND_VERIFIED, count: int = 1
    ) -> str:
        """What a browser sends for ``challenge`` (base64url)."""
        said = {
            "type": "webauthn.get",
            "challenge": challenge,
            "origin": origin or passkeys.site_origin(),
            "crossOrigin": False,
        }
        client_data = json.dumps(said).encode()
        site = sha256(passkeys.site_id().encode()).digest()
        authenticator = site + bytes([flags]) + count.to_bytes(4)
        signature = self._private.sign(
            authenticator + sha256(client_data).digest(), ec.ECDSA(hashes.SHA256())
        )
        name = bytes_to_base64url(self.credential_id)
        return json.dumps(
            {
                "id": name,
                "rawId": name,
                "type": "public-key",
                "response": {
                    "clientDataJSON": bytes_to_base64url(client_data),
                    "authenticatorData": bytes_to_base64url(authenticator),
                    "signature": bytes_to_base64url(signature),
                },
                "clientExtensionResults": {},
            }
        )

    def for_chromium(self, owner: passkeys.Owner) -> dict[str, object]:
        """As ``WebAuthn.addCredential`` of the DevTools protocol wants it."""
        private = self._private.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return {
            "credentialId": b64encode(self.credential_id).decode(),
            "isResidentCredential": True,
            "rpId": passkeys.site_id(),
            "privateKey": b64encode(private).decode(),
            "userHandle": b64encode(passkeys.user_handle(owner)).decode(),
            "signCount": 1,
        }

    def _public(self) -> bytes:
        """COSE: an elliptic curve key (2), ES256 (-7), P-256 (1), x and y."""
        point = self._private.public_key().public_numbers()
        key = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)}
        return encode_cbor(key)
