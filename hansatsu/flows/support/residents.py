"""A resident as support sees them: masked, and whole for who says why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from hansatsu.formats.japan import in_japan
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.identity.resident_fields import FIELD, values_of
from hansatsu.parties.issuers.audit import Actor, audit
from hansatsu.parties.issuers.models import Issuer


@dataclass(frozen=True, slots=True)
class MaskedResident:
    """What may be seen without asking: ``texts`` by the names of fields, empty where a field hides
    all. Times are in Japan."""

    resident_id: int
    wallet_id: int
    texts: Mapping[str, str]
    since: datetime
    closed_at: datetime | None

    @property
    def name(self) -> str:
        """小＊ 花＊."""
        return f"{self.texts['family_name']} {self.texts['given_name']}".strip()

    @property
    def kana(self) -> str:
        """コ＊ ハ＊."""
        return f"{self.texts['family_kana']} {self.texts['given_kana']}".strip()

    @property
    def city(self) -> str:
        """都道府県 and 市区町村."""
        return self.texts["prefecture"] + self.texts["city"]


def find_resident(issuer: Issuer, resident_id: int) -> Resident | None:
    """The issuer's resident with this id; None for anybody else's."""
    return Resident.objects.of(issuer).select_related("issuer").filter(pk=resident_id).first()


def resident_of_wallet(issuer: Issuer, wallet_id: int) -> Resident | None:
    """Whose wallet it is; None for a card's, or another issuer's."""
    found = Resident.objects.of(issuer).select_related("issuer")
    return found.filter(wallet_id=wallet_id).first()


def mask_resident(resident: Resident) -> MaskedResident:
    """The resident, masked."""
    return MaskedResident(
        resident_id=resident.pk,
        wallet_id=resident.wallet_id,
        texts={name: FIELD[name].masked(value) for name, value in values_of(resident).items()},
        since=in_japan(resident.created_at),
        closed_at=in_japan(resident.closed_at) if resident.closed_at else None,
    )


def show_personal_data(by: Actor, resident: Resident, *, reason: str) -> dict[str, Any]:
    """The resident's data as it is kept, unmasked, by the names of fields. That it was asked for,
    and why, stands in the audit log before it is shown.

    Raises:
        ValueError: when no reason is given, or the resident is another issuer's.
    """
    if not reason.strip():
        raise ValueError("personal data is shown for a reason")
    if resident.issuer_id != by.issuer.pk:
        raise ValueError("the resident is another issuer's")
    with transaction.atomic():
        audit(by, "personal_data_shown", resident.actor, reason=reason)
    return values_of(resident)
