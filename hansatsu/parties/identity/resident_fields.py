"""The fields of a resident, each described once: what it is called, how it is read, shown, masked.

Registration, ご登録情報, the pages of support and the export read this list; all of ``Resident``
but ``NOT_DESCRIBED`` stands in it (``tests/parties/test_resident_fields.py`` says so).
How forms ask for a field stands in ``web.wallet.account_parts``, which fields stand together on a
screen in ``web.shared.resident_lines``. Adding one: docs/recipes.md.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hansatsu.formats.japan import in_japan
from hansatsu.formats.typed import Cleaned
from hansatsu.parties.identity import fields
from hansatsu.parties.identity.masks import mask_email, mask_name_part, mask_phone, mask_word
from hansatsu.parties.identity.models.resident import Gender, Language, Occupation, Resident

Choices = list[tuple[str, Any]]


def _no_choices() -> Choices:
    return []


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _hidden(value: Any) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class ResidentField:
    """What is to be known of one field.

    Attributes:
        name: the attribute of ``Resident``; in forms, in the export and in records, too.
        label: what it is called.
        clean: how typed text is read; None for what is not typed into one box.
        is_asked: True when registration asks for it by ``clean``.
        part: of ``PARTS``, with which its resident changes it; empty: nobody, or by another way.
        is_optional: True when it may be left empty.
        shown: from what is kept, as people read it; empty for what was never asked.
        typed: from what is kept, as it stands in a form again.
        masked: from what is kept, what support sees without saying why; empty hides it.
        choices: values and labels, of what is chosen and not typed.
    """

    name: str
    label: Promise
    clean: Callable[[str], Cleaned[Any]] | None = None
    is_asked: bool = True
    part: str = ""
    is_optional: bool = False
    shown: Callable[[Any], str] = _text
    typed: Callable[[Any], str] = _text
    masked: Callable[[Any], str] = _hidden
    choices: Callable[[], Choices] = _no_choices

    @property
    def is_hidden(self) -> bool:
        """True when support sees nothing of it without saying why."""
        return self.masked is _hidden


def _languages() -> Choices:
    return list(Language.choices)


def _genders() -> Choices:
    return list(Gender.choices)


def _occupations() -> Choices:
    return list(Occupation.choices)


def _prefectures() -> Choices:
    return [(name, name) for name in fields.PREFECTURES]


def _chosen(choices: Callable[[], Choices]) -> Callable[[Any], str]:
    return lambda value: str(dict(choices()).get(value, ""))


def _clean_language(text: str) -> Cleaned[str]:
    if text not in Language.values:
        return Cleaned("", _("言語を選んでください。"))
    return Cleaned(text)


def _clean_news(text: str) -> Cleaned[bool]:
    return Cleaned(text == "yes")


def _yes(value: Any) -> str:
    return "yes" if value else ""


def _wanted(value: Any) -> str:
    return _("受け取る") if value else _("受け取らない")


def _moment(value: Any) -> str:
    return f"{in_japan(value):%Y/%m/%d %H:%M}"


FIELDS: Final = (
    ResidentField("login_id", gettext_lazy("ログインID"), fields.clean_login_id, masked=mask_word),
    ResidentField(
        "family_name",
        gettext_lazy("姓"),
        fields.clean_family_name,
        part="name",
        masked=mask_name_part,
    ),
    ResidentField(
        "given_name",
        gettext_lazy("名"),
        fields.clean_given_name,
        part="name",
        masked=mask_name_part,
    ),
    ResidentField(
        "family_kana",
        gettext_lazy("セイ"),
        fields.clean_family_kana,
        part="name",
        masked=mask_name_part,
    ),
    ResidentField(
        "given_kana",
        gettext_lazy("メイ"),
        fields.clean_given_kana,
        part="name",
        masked=mask_name_part,
    ),
    ResidentField(
        "nickname",
        gettext_lazy("ニックネーム"),
        fields.clean_nickname,
        part="nickname",
        is_optional=True,
    ),
    # changed by a link that is mailed to the new address
    ResidentField(
        "email",
        gettext_lazy("メールアドレス"),
        fields.clean_email,
        is_asked=False,
        masked=mask_email,
    ),
    # typed into three boxes, beside an era
    ResidentField("birth_date", gettext_lazy("生年月日"), shown=fields.shown_birth_date),
    ResidentField(
        "gender",
        gettext_lazy("性別"),
        fields.clean_gender,
        shown=_chosen(_genders),
        choices=_genders,
    ),
    ResidentField(
        "occupation",
        gettext_lazy("職業"),
        fields.clean_occupation,
        part="occupation",
        shown=_chosen(_occupations),
        choices=_occupations,
    ),
    ResidentField(
        "postal_code",
        gettext_lazy("郵便番号"),
        fields.clean_postal_code,
        part="address",
        shown=fields.shown_postal_code,
        typed=fields.shown_postal_code,
    ),
    ResidentField(
        "prefecture",
        gettext_lazy("都道府県"),
        fields.clean_prefecture,
        part="address",
        masked=str,
        choices=_prefectures,
    ),
    ResidentField("city", gettext_lazy("市区町村"), fields.clean_city, part="address", masked=str),
    ResidentField("street", gettext_lazy("町名・番地"), fields.clean_street, part="address"),
    ResidentField(
        "building",
        gettext_lazy("建物名・部屋番号"),
        fields.clean_building,
        part="address",
        is_optional=True,
    ),
    ResidentField(
        "phone",
        gettext_lazy("電話番号"),
        fields.clean_phone,
        part="phone",
        shown=fields.shown_phone,
        typed=fields.shown_phone,
        masked=mask_phone,
    ),
    ResidentField(
        "news_mail",
        gettext_lazy("お知らせメール"),
        _clean_news,
        part="news",
        shown=_wanted,
        typed=_yes,
    ),
    # that of the pages on which somebody registers
    ResidentField(
        "language",
        gettext_lazy("言語"),
        _clean_language,
        is_asked=False,
        part="language",
        shown=_chosen(_languages),
        choices=_languages,
    ),
    ResidentField(
        "created_at", gettext_lazy("登録日"), is_asked=False, shown=_moment, masked=_moment
    ),
)
"""All of them, in the order in which they are asked, shown and exported."""

FIELD: Final = {field.name: field for field in FIELDS}

NOT_DESCRIBED: Final = {
    "id": "a number of ours, which tells nothing of the resident",
    "issuer": "told once for the whole file, not as a detail of the resident",
    "password": "a hash, which opens an account to who guesses from it",
    "wallet_id": "a number of the ledger, whose entries are told in full",
    "closed_at": "who has left can ask for nothing any more; support tells it apart",
}
"""The fields of ``Resident`` that no screen and no export tells, and why."""

_PARTS_OF_SEVERAL: Final = {
    "name": gettext_lazy("氏名・フリガナ"),
    "address": gettext_lazy("住所"),
}

PARTS: Final = {
    field.part: _PARTS_OF_SEVERAL.get(field.part, field.label) for field in FIELDS if field.part
}
"""What a resident changes on one page, and what it is called."""


def fields_of(part: str) -> tuple[ResidentField, ...]:
    """The fields of a part of ``PARTS``, in the order they are asked."""
    return tuple(field for field in FIELDS if field.part == part)


def values_of(resident: Resident) -> dict[str, Any]:
    """What is kept of the resident, by the fields' names."""
    return {field.name: getattr(resident, field.name) for field in FIELDS}
