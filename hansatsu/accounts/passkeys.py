"""Adding, naming and removing passkeys."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from webauthn import generate_registration_options, options_to_json, verify_registration_response
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from hansatsu.accounts.endings import lock_resident
from hansatsu.accounts.telling import tell
from hansatsu.identity.events import record
from hansatsu.identity.models import Passkey, Resident
from hansatsu.identity.passkeys import read_answer, site_id, site_origin, user_handle
from hansatsu.issuers import clock

MOST = 10
"""Passkeys of one resident."""

LONGEST_NAME = 60
TRANSPORTS = ("usb", "nfc", "ble", "smart-card", "hybrid", "internal")


def passkeys_of(resident: Resident) -> Sequence[Passkey]:
    """The resident's passkeys, the oldest first."""
    return list(Passkey.objects.filter(resident=resident).order_by("pk"))


def registration_options(resident: Resident, challenge: bytes) -> str:
    """What a browser needs to make a passkey (``PublicKeyCredentialCreationOptionsJSON``).

    It is kept on the device and asks for its finger, face or PIN: it takes the place of password
    and mail together.
    """
    options = generate_registration_options(
        rp_id=site_id(),
        rp_name=resident.issuer.local_name,
        user_id=user_handle(resident),
        user_name=resident.login_id,
        user_display_name=resident.full_name,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=bytes(each.credential_id))
            for each in passkeys_of(resident)
        ],
    )
    return options_to_json(options)


def add_passkey(
    resident: Resident, answer: str, challenge: bytes, *, name: str, address: str
) -> Passkey | None:
    """Keep the passkey that a browser has made.

    Args:
        resident: who is logged in, and gave the password.
        answer: what the browser sent.
        challenge: what it was given (``identity.passkeys.take_challenge``).
        name: by which its owner knows it.
        address: the network address this came from.

    Returns None when the answer does not hold, or the passkey is there already.
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
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError):
        return None
    try:
        with transaction.atomic():
            row = lock_resident(resident)
            if row.closed_at is not None or len(passkeys_of(row)) >= MOST:
                return None
            passkey = Passkey.objects.create(
                issuer=row.issuer,
                resident=row,
                credential_id=made.credential_id,
                public_key=made.credential_public_key,
                sign_count=made.sign_count,
                transports=_transports(given),
                is_backed_up=made.credential_backed_up,
                name=name[:LONGEST_NAME],
                created_at=clock.now(),
            )
            record(
                row.issuer,
                "passkey_added",
                resident=row,
                request_address=address,
                passkey=passkey.pk,
            )
            _tell_added(row, passkey)
    except IntegrityError:
        return None
    return passkey


def rename_passkey(passkey: Passkey, name: str) -> None:
    """Give it another name, at most ``LONGEST_NAME`` characters of it."""
    Passkey.objects.filter(pk=passkey.pk).update(name=name[:LONGEST_NAME])


def remove_passkey(passkey: Passkey, *, address: str) -> None:
    """Forget it: it logs nobody in any more. Twice is as once."""
    with transaction.atomic():
        row = lock_resident(passkey.resident)
        deleted, _by_model = Passkey.objects.filter(pk=passkey.pk).delete()
        if deleted:
            record(
                row.issuer,
                "passkey_removed",
                resident=row,
                request_address=address,
                passkey=passkey.pk,
            )
            _tell_removed(row, passkey)


def _transports(answer: dict[str, object]) -> list[str]:
    response = answer.get("response")
    told = response.get("transports") if isinstance(response, dict) else None
    return [each for each in TRANSPORTS if isinstance(told, list) and each in told]


def _tell_added(resident: Resident, passkey: Passkey) -> None:
    with translation.override(resident.language):
        tell(
            resident,
            "passkey_added",
            subject=_("パスキー追加のお知らせ"),
            opening=_("パスキーが追加されました。今後はこのパスキーでもログインできます。"),
            facts=((_("パスキーの名前"), passkey.name),),
            unknown=_(
                "お心当たりのない場合は、すぐに「ご登録情報の確認・変更」でパスキーを削除して"
                "パスワードを変更し、下記の事務局までご連絡ください。"
            ),
        )


def _tell_removed(resident: Resident, passkey: Passkey) -> None:
    with translation.override(resident.language):
        tell(
            resident,
            "passkey_removed",
            subject=_("パスキー削除のお知らせ"),
            opening=_("パスキーが削除されました。このパスキーではログインできません。"),
            facts=((_("パスキーの名前"), passkey.name),),
        )
