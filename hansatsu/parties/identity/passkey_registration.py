"""Making a passkey of a resident or of staff: what a browser is told, and what is kept."""

from django.db import IntegrityError, transaction
from webauthn import generate_registration_options, options_to_json, verify_registration_response
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from hansatsu.parties import clock
from hansatsu.parties.identity.models import Passkey, Staff
from hansatsu.parties.identity.passkey_authentication import FAULTS
from hansatsu.parties.identity.passkeys import (
    Owner,
    owned_by,
    passkeys_of,
    read_answer,
    site_id,
    site_origin,
    user_handle,
)

MOST = 10
"""Passkeys of one person."""

LONGEST_NAME = 60
TRANSPORTS = ("usb", "nfc", "ble", "smart-card", "hybrid", "internal")


def registration_options(owner: Owner, challenge: bytes) -> str:
    """What a browser needs to make a passkey (``PublicKeyCredentialCreationOptionsJSON``).

    It is kept on the device and asks for its finger, face or PIN.
    """
    options = generate_registration_options(
        rp_id=site_id(),
        rp_name=owner.issuer.local_name,
        user_id=user_handle(owner),
        user_name=owner.login_id,
        user_display_name=_called(owner),
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=bytes(each.credential_id))
            for each in passkeys_of(owner)
        ],
    )
    return options_to_json(options)


def keep_passkey(owner: Owner, answer: str, challenge: bytes, name: str) -> Passkey | None:
    """Keep the passkey that a browser has made, in the caller's transaction, which has locked the
    row of ``owner``.

    Args:
        owner: whose it is to be.
        answer: what the browser sent.
        challenge: what it was given (``passkeys.take_challenge``).
        name: by which its owner knows it.

    Returns None when the answer does not hold, the passkey is there already, or they have ``MOST``.
    """
    given, _credential_id = read_answer(answer)
    try:
        made = verify_registration_response(
            credential=given,
            expected_challenge=challenge,
            expected_rp_id=site_id(),
            expected_origin=site_origin(),
            require_user_verification=True,
        )
    except FAULTS:
        return None
    if len(passkeys_of(owner)) >= MOST:
        return None
    try:
        with transaction.atomic():
            return Passkey.objects.create(
                issuer=owner.issuer,
                **owned_by(owner),
                credential_id=made.credential_id,
                public_key=made.credential_public_key,
                sign_count=made.sign_count,
                transports=_transports(given),
                is_backed_up=made.credential_backed_up,
                name=name[:LONGEST_NAME],
                created_at=clock.now(),
            )
    except IntegrityError:
        return None


def rename_passkey(passkey: Passkey, name: str) -> None:
    """Give it another name, at most ``LONGEST_NAME`` characters of it."""
    Passkey.objects.filter(pk=passkey.pk).update(name=name[:LONGEST_NAME])


def _called(owner: Owner) -> str:
    return owner.display_name if isinstance(owner, Staff) else owner.full_name


def _transports(answer: dict[str, object]) -> list[str]:
    response = answer.get("response")
    told = response.get("transports") if isinstance(response, dict) else None
    return [each for each in TRANSPORTS if isinstance(told, list) and each in told]
