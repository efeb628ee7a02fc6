"""What the forms of a resident's details offer to choose from, and how they tell errors."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from hansatsu.parties.identity.fields import ERAS, PREFECTURES
from hansatsu.parties.identity.models import Gender, Occupation
from hansatsu.parties.identity.resident_fields import FIELDS
from hansatsu.web.wallet.account_parts import Asked, box_of

Choices = list[tuple[str, str]]


def form_words() -> dict[str, Choices]:
    """Values and labels: ``genders``, ``occupations``, ``prefectures``, ``eras``."""
    return {
        "genders": [(each.value, str(each.label)) for each in Gender],
        "occupations": [
            ("", _("選んでください")),
            *((each.value, str(each.label)) for each in Occupation),
        ],
        "prefectures": [("", _("選んでください")), *((name, name) for name in PREFECTURES)],
        "eras": [
            ("", _("西暦")),
            *((key, _(ERAS[key][0])) for key in ("showa", "heisei", "reiwa", "taisho")),
        ],
    }


def error_list(errors: Mapping[str, str]) -> list[tuple[str, str]]:
    """Element and sentence of each error, in the order of the page, for the summary on top."""
    places = {"birth_date": "birth_year", "gender": "gender-female"}
    order = [name for name in ORDER if name in errors]
    return [(places.get(name, _place(name)), errors[name]) for name in order]


def _place(name: str) -> str:
    return name if name in PLACED or name == "password" else f"id_{name}"


def _order() -> tuple[str, ...]:
    asked = [field.name for field in FIELDS if field.is_asked]
    asked.insert(asked.index("login_id") + 1, "password")
    return tuple(asked)


ORDER = _order()
"""The fields as they stand on the page."""

PLACED = frozenset(
    (
        "login_id",
        "family_name",
        "given_name",
        "family_kana",
        "given_kana",
        "nickname",
        "birth_date",
        "gender",
        "occupation",
        "postal_code",
        "prefecture",
        "city",
        "street",
        "building",
        "phone",
        "news_mail",
    )
)
"""Fields that the page of registration places itself; it asks for all others one after the other,
after these."""


def other_fields(typed: Mapping[str, str], errors: Mapping[str, str]) -> list[Asked]:
    """What registration asks for besides ``PLACED``, with what was typed and what is wrong."""
    return [
        Asked(box_of(field), typed.get(field.name, ""), errors.get(field.name, ""))
        for field in FIELDS
        if field.is_asked and field.clean is not None and field.name not in PLACED
    ]
