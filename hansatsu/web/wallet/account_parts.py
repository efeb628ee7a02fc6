"""How forms ask for a resident's fields, one by one: the parts of ご登録情報, and registration."""

from dataclasses import dataclass
from typing import Any, Final, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hansatsu.parties.identity.models import Resident
from hansatsu.parties.identity.resident_fields import ResidentField, fields_of

Kind = Literal["text", "select", "radio", "check"]


@dataclass(frozen=True, slots=True)
class Box:
    """How a form asks for a field: with which element, and what it says of itself.

    ``label`` is said in place of the field's own where a form has other words for it.
    """

    kind: Kind = "text"
    autocomplete: str = "off"
    mode: str = ""
    help: Promise | str = ""
    label: Promise | str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of ``identity.resident_fields`` with its box, as templates read both."""

    about: ResidentField
    box: Box

    @property
    def name(self) -> str:
        """The attribute of ``Resident``."""
        return self.about.name

    @property
    def label(self) -> Promise | str:
        """What the form calls it."""
        return self.box.label or self.about.label


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
        if self.field.about.is_optional:
            return _("%(label)s(任意)") % {"label": self.field.label}
        return str(self.field.label)


def box_of(field: ResidentField) -> Field:
    """The field as forms ask for it: in a box for text, or a list if there is something to choose,
    unless ``BOXES`` says otherwise."""
    plain = Box("select") if field.choices() else Box()
    return Field(field, BOXES.get(field.name, plain))


def as_registered(part: str, resident: Resident) -> list[Asked]:
    """The part's form as it stands first."""
    return [
        Asked(box_of(field), field.typed(getattr(resident, field.name)))
        for field in fields_of(part)
    ]


def as_typed(part: str, typed: dict[str, str]) -> tuple[list[Asked], dict[str, Any]]:
    """The part's form with what was typed and what is wrong, and the values if nothing is."""
    asked, values = [], {}
    for field in fields_of(part):
        if field.clean is None:
            raise ValueError(f"{field.name} is not typed into one box")
        text = typed.get(field.name, "")
        cleaned = field.clean(text)
        values[field.name] = cleaned.value
        asked.append(Asked(box_of(field), text, cleaned.error))
    return asked, values


BOXES: Final = {
    "family_name": Box(autocomplete="family-name"),
    "given_name": Box(autocomplete="given-name"),
    "nickname": Box(autocomplete="nickname"),
    "postal_code": Box(
        autocomplete="postal-code",
        mode="numeric",
        help=gettext_lazy("7桁の数字。住所を自動で入力できます。"),
    ),
    "prefecture": Box("select", autocomplete="address-level1"),
    "city": Box(autocomplete="address-level2"),
    "street": Box(autocomplete="address-line1"),
    "building": Box(autocomplete="address-line2"),
    "phone": Box(
        autocomplete="tel", mode="tel", help=gettext_lazy("例: 0285-00-0000、090-1234-5678")
    ),
    "news_mail": Box("check", label=gettext_lazy("お知らせメールを受け取る")),
    "language": Box("radio", help=gettext_lazy("画面とメールの言語です。")),
}
"""By the fields' names: what is no box for text alone, and no list alone."""
