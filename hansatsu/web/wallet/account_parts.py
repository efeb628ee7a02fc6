"""The parts of ご登録情報 with a form of the same kind: which fields, and how they are asked."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hansatsu.flows.accounts.changes import FIELDS
from hansatsu.parties.identity import fields
from hansatsu.parties.identity.fields import Cleaned
from hansatsu.parties.identity.models import Language, Occupation, Resident

Kind = Literal["text", "select", "radio", "check"]


@dataclass(frozen=True, slots=True)
class Field:
    """One field: how it is asked, and how what was typed is read.

    ``name`` is the attribute of ``Resident``. ``show`` makes what is kept fit for the form again.
    """

    name: str
    label: Promise
    clean: Callable[[str], Cleaned[Any]]
    kind: Kind = "text"
    autocomplete: str = "off"
    mode: str = ""
    help: Promise | str = ""
    is_optional: bool = False
    choices: Callable[[], list[tuple[str, Any]]] = list
    show: Callable[[Any], str] = str


@dataclass(frozen=True, slots=True)
class Asked:
    """A field in a form: with what stands in it, and what is wrong with that."""

    field: Field
    value: str
    error: str = ""

    @property
    def id(self) -> str:
        """Of its element in the page."""
        return f"id_{self.field.name}"

    @property
    def label(self) -> str:
        """Its label, which says when it may be left out."""
        if self.field.is_optional:
            return _("%(label)s(任意)") % {"label": self.field.label}
        return str(self.field.label)


def fields_of(part: str) -> tuple[Field, ...]:
    """The fields of a part of ``accounts.changes.PARTS``, in the order they are asked."""
    return tuple(ALL[name] for name in FIELDS[part])


def as_registered(part: str, resident: Resident) -> list[Asked]:
    """The part's form as it stands first."""
    return [Asked(field, field.show(getattr(resident, field.name))) for field in fields_of(part)]


def as_typed(part: str, typed: dict[str, str]) -> tuple[list[Asked], dict[str, Any]]:
    """The part's form with what was typed and what is wrong, and the values if nothing is."""
    asked, values = [], {}
    for field in fields_of(part):
        text = typed.get(field.name, "")
        cleaned = field.clean(text)
        values[field.name] = cleaned.value
        asked.append(Asked(field, text, cleaned.error))
    return asked, values


def _languages() -> list[tuple[str, Any]]:
    return list(Language.choices)


def _occupations() -> list[tuple[str, Any]]:
    return list(Occupation.choices)


def _prefectures() -> list[tuple[str, Any]]:
    return [(name, name) for name in fields.PREFECTURES]


def _clean_language(text: str) -> Cleaned[str]:
    if text not in Language.values:
        return Cleaned("", _("言語を選んでください。"))
    return Cleaned(text)


def _clean_news(text: str) -> Cleaned[bool]:
    return Cleaned(text == "yes")


def _yes(value: Any) -> str:
    return "yes" if value else ""


_EVERY = (
    Field("family_name", gettext_lazy("姓"), fields.clean_family_name, autocomplete="family-name"),
    Field("given_name", gettext_lazy("名"), fields.clean_given_name, autocomplete="given-name"),
    Field("family_kana", gettext_lazy("セイ"), fields.clean_family_kana),
    Field("given_kana", gettext_lazy("メイ"), fields.clean_given_kana),
    Field(
        "nickname",
        gettext_lazy("ニックネーム"),
        fields.clean_nickname,
        autocomplete="nickname",
        is_optional=True,
    ),
    Field(
        "occupation",
        gettext_lazy("職業"),
        fields.clean_occupation,
        kind="select",
        choices=_occupations,
    ),
    Field(
        "postal_code",
        gettext_lazy("郵便番号"),
        fields.clean_postal_code,
        autocomplete="postal-code",
        mode="numeric",
        help=gettext_lazy("7桁の数字。住所を自動で入力できます。"),
        show=fields.shown_postal_code,
    ),
    Field(
        "prefecture",
        gettext_lazy("都道府県"),
        fields.clean_prefecture,
        kind="select",
        autocomplete="address-level1",
        choices=_prefectures,
    ),
    Field("city", gettext_lazy("市区町村"), fields.clean_city, autocomplete="address-level2"),
    Field("street", gettext_lazy("町名・番地"), fields.clean_street, autocomplete="address-line1"),
    Field(
        "building",
        gettext_lazy("建物名・部屋番号"),
        fields.clean_building,
        autocomplete="address-line2",
        is_optional=True,
    ),
    Field(
        "phone",
        gettext_lazy("電話番号"),
        fields.clean_phone,
        autocomplete="tel",
        mode="tel",
        help=gettext_lazy("例: 0285-00-0000、090-1234-5678"),
        show=fields.shown_phone,
    ),
    Field(
        "news_mail",
        gettext_lazy("お知らせメールを受け取る"),
        _clean_news,
        kind="check",
        show=_yes,
    ),
    Field(
        "language",
        gettext_lazy("言語"),
        _clean_language,
        kind="radio",
        choices=_languages,
        help=gettext_lazy("画面とメールの言語です。"),
    ),
)
ALL = {field.name: field for field in _EVERY}
