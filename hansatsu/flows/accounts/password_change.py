"""Changing the password from within."""

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from hansatsu.flows.accounts.revoking import INTO_THE_ACCOUNT, end_links, end_log_ins, lock_resident
from hansatsu.messages.mail.change_notices import tell
from hansatsu.parties.identity.devices import revoke_devices
from hansatsu.parties.identity.events import record
from hansatsu.parties.identity.models import Device, Resident


def change_password(device: Device, password: str, *, address: str) -> Resident:
    """Set a new password; every other browser of the resident is out, saved ones too.

    Log-ins under way and mailed links that were made before open nothing any more. Passkeys stay.

    Args:
        device: the browser of the resident who changes it, and stays.
        password: checked already (``identity.fields.clean_password``).
        address: the network address the change came from.

    Returns the resident with the new password, for ``sessions.stay_logged_in``.
    """
    with transaction.atomic():
        row = lock_resident(device.resident)
        row.set_password(password)
        row.save(update_fields=["password"])
        ended = revoke_devices(row, keep=device)
        end_log_ins(row)
        end_links(row, INTO_THE_ACCOUNT)
        record(row.issuer, "password_changed", resident=row, request_address=address, ended=ended)
        _tell(row)
    return row


def _tell(resident: Resident) -> None:
    with translation.override(resident.language):
        tell(
            resident,
            "password_changed",
            subject=_("パスワード変更のお知らせ"),
            opening=_(
                "パスワードが変更されました。変更した端末のほかは、すべてログアウトしました。"
            ),
            page="recover/",
            link_label=_("パスワードを再設定する"),
            unknown=_(
                "お心当たりのない場合は、すぐに上のページでパスワードを再設定し、"
                "下記の事務局までご連絡ください。"
            ),
        )
