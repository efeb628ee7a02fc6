"""A resident as support sees them: masked, and whole for who says why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from hansatsu.formats.japan import in_japan
from hansatsu.parties.identity.fields.contact import shown_phone
from hansatsu.parties.identity.masks import mask_email, mask_name, mask_phone, mask_word
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.issuers.audit import Actor, audit
from hansatsu.parties.issuers.models import Issuer


@dataclass(frozen=True, slots=True)
class MaskedResident:
    """What may be seen without asking. ``city`` is 都道府県 and 市区町村; times are in Japan."""

    resident_id: int
    wallet_id: int
    name: str
    kana: str
    login_id: str
    email: str
    phone: str
    city: str
    since: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class PersonalData:
    """All that is asked for under ご登録情報, as it is kept."""

    name: str
    kana: str
    nickname: str
    login_id: str
    email: str
    phone: str
    birth_date: date | None
    gender: str
    occupation: str
    postal_code: str
    address: str
    news_mail: bool
    language: str


def find_resident(issuer: Issuer, resident_id: int) -> Resident | None:
    """The issuer's resident with this id; None for anybody else's."""
    return Resident.objects.of(issuer).select_related("issuer").filter(pk=resident_id).first()


def resident_of_wallet(issuer: Issuer, wallet_id: int) -> Resident | None:
    """Whose wallet it is; None for a card's, or another issuer's."""
    found = Resident.objects.of(issuer).select_related("issuer")
    return found.filter(wallet_id=wallet_id).first()


def mask_residents(residents: Sequence[Resident]) -> list[MaskedResident]:
    """Each of them masked."""
    return [mask_resident(resident) for resident in residents]


def mask_resident(resident: Resident) -> MaskedResident:
    """The resident, masked."""
    return MaskedResident(
        resident_id=resident.pk,
        wallet_id=resident.wallet_id,
        name=mask_name(resident.family_name, resident.given_name),
        kana=mask_name(resident.family_kana, resident.given_kana),
        login_id=mask_word(resident.login_id),
        email=mask_email(resident.email),
        phone=mask_phone(resident.phone),
        city=resident.prefecture + resident.city,
        since=in_japan(resident.created_at),
        closed_at=in_japan(resident.closed_at) if resident.closed_at else None,
    )


def show_personal_data(by: Actor, resident: Resident, *, reason: str) -> PersonalData:
    """The resident's data, unmasked. That it was asked for, and why, stands in the audit log
    before it is shown.

    Raises:
        ValueError: when no reason is given, or the resident is another issuer's.
    """
    if not reason.strip():
        raise ValueError("personal data is shown for a reason")
    if resident.issuer_id != by.issuer.pk:
        raise ValueError("the resident is another issuer's")
    with transaction.atomic():
        audit(by, "personal_data_shown", resident.actor, reason=reason)
    return PersonalData(
        name=resident.full_name,
        kana=f"{resident.family_kana} {resident.given_kana}",
        nickname=resident.nickname,
        login_id=resident.login_id,
        email=resident.email,
        phone=shown_phone(resident.phone),
        birth_date=resident.birth_date,
        gender=str(resident.get_gender_display()),
        occupation=str(resident.get_occupation_display()),
        postal_code=resident.postal_code,
        address="".join(
            (resident.prefecture, resident.city, resident.street, " ", resident.building)
        ).strip(),
        news_mail=resident.news_mail,
        language=str(resident.get_language_display()),
    )
