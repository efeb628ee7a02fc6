"""Adding and removing a resident's passkeys."""

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from hansatsu.flows.accounts.revoking import lock_resident
from hansatsu.messages.mail.change_notices import tell
from hansatsu.parties.identity.events import record
from hansatsu.parties.identity.models import Passkey, Resident
from hansatsu.parties.identity.passkey_registration import keep_passkey


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

    Returns None when it is refused (``keep_passkey``).
    """
    with transaction.atomic():
        row = lock_resident(resident)
        if row.closed_at is not None:
            return None
        passkey = keep_passkey(row, answer, challenge, name)
        if passkey is not None:
            record(
                row.issuer,
                "passkey_added",
                resident=row,
                request_address=address,
                passkey=passkey.pk,
            )
            _tell_added(row, passkey)
    return passkey


def remove_passkey(resident: Resident, passkey: Passkey, *, address: str) -> None:
    """Forget a passkey of ``resident``: it logs nobody in any more. Twice is as once."""
    with transaction.atomic():
        row = lock_resident(resident)
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
