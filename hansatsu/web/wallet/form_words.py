"""What the forms of a resident's details offer to choose from, and how they tell errors."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from hansatsu.parties.identity.fields import ERAS, PREFECTURES
from hansatsu.parties.identity.models import Gender, Occupation

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
    return [(places.get(name, name), errors[name]) for name in order]


def address_words(texts: Mapping[str, str]) -> str:
    """The address in one line."""
    place = "".join(texts[name] for name in ("prefecture", "city", "street"))
    return f"{place} {texts['building']}".strip()


ORDER = (
    "login_id",
    "password",
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
)
"""The fields as they stand on the page."""
