"""Changing what is registered of a resident (product.md, G11)."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from hansatsu.flows.accounts.revoking import lock_resident
from hansatsu.messages.mail.change_notices import tell
from hansatsu.parties.identity.events import record
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.identity.resident_fields import PARTS, fields_of


def change_details(
    resident: Resident, part: str, values: Mapping[str, str | bool], *, address: str
) -> bool:
    """Keep the new values of a part, mail the resident, and record it, all or nothing.

    Args:
        resident: whose registration it is.
        part: a key of ``PARTS``.
        values: cleaned (``identity.fields``), one for each of ``fields_of`` the part.
        address: the network address the change came from.

    Returns whether anything is different now; otherwise nobody is told.
    """
    fields = [field.name for field in fields_of(part)]
    with transaction.atomic():
        row = lock_resident(resident)
        changed = [field for field in fields if getattr(row, field) != values[field]]
        if row.closed_at is not None or not changed:
            return False
        for field in changed:
            setattr(row, field, values[field])
        row.save(update_fields=changed)
        record(
            row.issuer,
            "details_changed",
            resident=row,
            request_address=address,
            part=part,
            fields=" ".join(changed),
        )
        _tell(row, part)
    return True


def _tell(resident: Resident, part: str) -> None:
    with translation.override(resident.language):
        tell(
            resident,
            "details_changed",
            subject=_("ご登録情報変更のお知らせ"),
            opening=_("次のご登録情報が変更されました。"),
            facts=((_("変更した項目"), str(PARTS[part])),),
        )
