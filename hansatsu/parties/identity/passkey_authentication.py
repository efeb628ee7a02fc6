"""Asking a browser for a passkey, and judging what it answers."""

from collections.abc import Sequence
from typing import Any

import webauthn
from django.contrib.sessions.backends.base import SessionBase
from django.db.models import QuerySet
from webauthn.helpers import base64url_to_bytes, options_to_json_dict
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import PublicKeyCredentialDescriptor, UserVerificationRequirement

from hansatsu.parties import clock
from hansatsu.parties.identity.models import Passkey
from hansatsu.parties.identity.passkeys import (
    new_challenge,
    read_answer,
    site_id,
    site_origin,
    take_challenge,
)

FAULTS = (WebAuthnException, ValueError, TypeError, KeyError, AttributeError)
"""What the library raises for an answer that is wrong or makes no sense."""

Judgement = tuple[Passkey | None, str]
"""Which passkey was named, and why its answer does not count; empty when it does."""


def request_options(
    session: SessionBase, purpose: str, passkeys: Sequence[Passkey] = ()
) -> dict[str, Any]:
    """What the browser is asked (``PublicKeyCredentialRequestOptionsJSON``): a passkey, shown by
    its owner's finger, face or PIN.

    Args:
        session: of the browser.
        purpose: what the answer will count for (``passkeys.new_challenge``).
        passkeys: which ones will do; any of this site when it is not yet known who comes.
    """
    return options_to_json_dict(
        webauthn.generate_authentication_options(
            rp_id=site_id(),
            challenge=new_challenge(session, purpose),
            user_verification=UserVerificationRequirement.REQUIRED,
            allow_credentials=[
                PublicKeyCredentialDescriptor(id=bytes(each.credential_id)) for each in passkeys
            ],
        )
    )


def judge_answer(
    session: SessionBase, purpose: str, owned: "QuerySet[Passkey]", text: str
) -> Judgement | None:
    """Judge the browser's answer, in the caller's transaction; the passkey is marked as used when
    it counts.

    Args:
        session: of the browser that was asked.
        purpose: as it was asked.
        owned: the passkeys that may answer.
        text: the answer, JSON.

    Returns None when nothing was asked, the answer is late, or it cannot be read.
    """
    challenge = take_challenge(session, purpose)
    answer, name = read_answer(text)
    if challenge is None or not answer:
        return None
    passkey = _named(owned, name)
    if passkey is None:
        return None, "unknown"
    try:
        verified = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site_id(),
            expected_origin=site_origin(),
            credential_public_key=bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except FAULTS as error:
        return passkey, type(error).__name__
    passkey.sign_count = verified.new_sign_count
    passkey.is_backed_up = verified.credential_backed_up
    passkey.used_at = clock.now()
    passkey.save(update_fields=["sign_count", "is_backed_up", "used_at"])
    return passkey, ""


def _named(owned: "QuerySet[Passkey]", name: str) -> Passkey | None:
    try:
        credential_id = base64url_to_bytes(name)
    except ValueError:
        return None
    return owned.select_for_update(of=("self",)).filter(credential_id=credential_id).first()
