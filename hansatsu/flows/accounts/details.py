"""The details that somebody registers with: reading the whole form at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.auth.hashers import check_password, make_password
from django.utils.translation import gettext as _

from hansatsu.parties.identity import fields
from hansatsu.parties.identity.fields import Cleaned
from hansatsu.parties.identity.resident_fields import FIELDS

ASKED: Final = {field.name: field.clean for field in FIELDS if field.is_asked and field.clean}
"""What is typed into one box each, and how it is read."""

BIRTH: Final = ("birth_era", "birth_year", "birth_month", "birth_day")
TYPED: Final = (*ASKED, *BIRTH)
"""The names of all that is typed, but the password."""


@dataclass(frozen=True, slots=True)
class Details:
    """The form as read. ``values`` are as ``Resident`` keeps them, by the names of its fields;
    ``errors`` has a sentence for each field that is wrong, and is empty when all is well."""

    values: dict[str, Any]
    errors: dict[str, str]


def read_details(typed: Mapping[str, str]) -> Details:
    """Read what was typed, by the names in ``TYPED``; what is absent counts as empty. Whether the
    login ID is free is not asked."""
    cleaned = {name: clean(typed.get(name, "")) for name, clean in ASKED.items()}
    errors = {name: each.error for name, each in cleaned.items() if each.error}
    era, year, month, day = (typed.get(name, "") for name in BIRTH)
    born = fields.clean_birth_date(year, month, day, era)
    if born.error:
        errors["birth_date"] = born.error
    return Details(
        values={name: each.value for name, each in cleaned.items()} | {"birth_date": born.value},
        errors=errors,
    )


def read_password(password: str, kept: str, details: Details, email: str) -> Cleaned[str]:
    """The hash of the password that was typed, or the one kept from before.

    Args:
        password: as typed now; may be empty when one is kept.
        kept: its hash, or empty.
        details: the rest of the form; the password must not resemble it.
        email: nor this.
    """
    login_id = details.values["login_id"]
    if not password and kept:
        # the login ID may have changed since; of a hash only equality can be asked
        if check_password(login_id, kept):
            return Cleaned(
                "", _("ログインIDと同じパスワードは使えません。別のものにしてください。")
            )
        return Cleaned(kept)
    names = (details.values[name] for name in ("family_name", "given_name"))
    cleaned = fields.clean_password(password, unlike=(login_id, email, *names))
    return cleaned if cleaned.error else Cleaned(make_password(password))
