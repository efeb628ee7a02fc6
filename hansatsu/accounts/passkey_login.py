"""Logging in by a passkey, instead of puzzle, password and mail."""

from typing import Any

import webauthn
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from webauthn.helpers import base64url_to_bytes, options_to_json_dict
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import UserVerificationRequirement

from hansatsu.identity import passkeys
from hansatsu.identity.events import record
from hansatsu.identity.models import Passkey, Resident
from hansatsu.issuers import clock
from hansatsu.issuers.models import Issuer


def options(session: SessionBase, issuer: Issuer) -> dict[str, Any]:
    """What the browser is asked: any passkey of this site, shown by its owner's finger, face or
    PIN."""
    return options_to_json_dict(
        webauthn.generate_authentication_options(
            rp_id=passkeys.site_id(),
            challenge=passkeys.new_challenge(session, _purpose(issuer)),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


def prove(session: SessionBase, issuer: Issuer, text: str, address: str) -> Resident | None:
    """Whose passkey answered; None when it is unknown, its answer wrong or late, or another
    issuer's.

    Args:
        session: of the browser that was asked.
        issuer: whose site it is.
        text: the browser's answer, JSON.
        address: where it comes from.
    """
    challenge = passkeys.take_challenge(session, _purpose(issuer))
    answer, name = passkeys.read_answer(text)
    if challenge is None or not answer:
        return None
    with transaction.atomic():
        passkey = _find(issuer, name)
        if passkey is None:
            record(issuer, "passkey_refused", request_address=address, because="unknown")
            return None
        try:
            verified = webauthn.verify_authentication_response(
                credential=answer,
                expected_challenge=challenge,
                expected_rp_id=passkeys.site_id(),
                expected_origin=passkeys.site_origin(),
                credential_public_key=bytes(passkey.public_key),
                credential_current_sign_count=passkey.sign_count,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, KeyError, TypeError) as error:
            record(
                issuer,
                "passkey_refused",
                resident=passkey.resident,
                request_address=address,
                because=type(error).__name__,
            )
            return None
        passkey.sign_count = verified.new_sign_count
        passkey.is_backed_up = verified.credential_backed_up
        passkey.used_at = clock.now()
        passkey.save(update_fields=["sign_count", "is_backed_up", "used_at"])
    return passkey.resident


def _find(issuer: Issuer, name: str) -> Passkey | None:
    try:
        credential_id = base64url_to_bytes(name)
    except ValueError:
        return None
    return (
        Passkey.objects.of(issuer)
        .select_for_update(of=("self",))
        .select_related("resident__issuer")
        .filter(credential_id=credential_id, resident__closed_at=None)
        .first()
    )


def _purpose(issuer: Issuer) -> str:
    return f"log_in:{issuer.pk}"
