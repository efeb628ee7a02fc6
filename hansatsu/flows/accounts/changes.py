"""Changing what is registered of a resident (product.md, G11)."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hansatsu.flows.accounts.revoking import lock_resident
from hansatsu.messages.mail.change_notices import tell
from hansatsu.parties.identity.events import record
from hansatsu.parties.identity.models import Resident

PARTS = {
    "name": gettext_lazy("氏名・フリガナ"),
    "nickname": gettext_lazy("ニックネーム"),
    "occupation": gettext_lazy("職業"),
    "address": gettext_lazy("住所"),
    "phone": gettext_lazy("電話番号"),
    "news": gettext_lazy("お知らせメール"),
    "language": gettext_lazy("言語"),
}
"""What can be changed without further ado, and what it is called."""

FIELDS = {
    "name": ("family_name", "given_name", "family_kana", "given_kana"),
    "nickname": ("nickname",),
    "occupation": ("occupation",),
    "address": ("postal_code", "prefecture", "city", "street", "building"),
    "phone": ("phone",),
    "news": ("news_mail",),
    "language": ("language",),
}
"""The fields of ``Resident`` in each part."""


def change_details(
    resident: Resident, part: str, values: Mapping[str, str | bool], *, address: str
) -> bool:
    """Keep the new values of a part, mail the resident, and record it, all or nothing.

    Args:
        resident: whose registration it is.
        part: a key of ``PARTS``.
        values: cleaned (``identity.fields``), one for each of the part's ``FIELDS``.
        address: the network address the change came from.

    Returns whether anything is different now; else nobody is told.
    """
    fields = FIELDS[part]
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
