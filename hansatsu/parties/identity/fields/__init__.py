"""What residents type into their registration, a function a field.

Each takes the text as typed and gives it as it is kept, or a sentence that stands beside the
field. Full-width digits and letters, spaces around and other slips of a phone's keyboard are
taken as they are meant (domain.md, section 6).
"""

from hansatsu.formats.typed import LONGEST, Cleaned
from hansatsu.parties.identity.fields.address import (
    PREFECTURES,
    clean_building,
    clean_city,
    clean_postal_code,
    clean_prefecture,
    clean_street,
    shown_postal_code,
)
from hansatsu.parties.identity.fields.birth_date import (
    ERAS,
    clean_birth_date,
    era_year,
    shown_birth_date,
)
from hansatsu.parties.identity.fields.choices import clean_gender, clean_occupation
from hansatsu.parties.identity.fields.contact import clean_email, clean_phone, shown_phone
from hansatsu.parties.identity.fields.login_id import clean_login_id
from hansatsu.parties.identity.fields.names import (
    clean_family_kana,
    clean_family_name,
    clean_given_kana,
    clean_given_name,
    clean_nickname,
)
from hansatsu.parties.identity.fields.password import SHORTEST_PASSWORD, clean_password

__all__ = [
    "ERAS",
    "LONGEST",
    "PREFECTURES",
    "SHORTEST_PASSWORD",
    "Cleaned",
    "clean_birth_date",
    "clean_building",
    "clean_city",
    "clean_email",
    "clean_family_kana",
    "clean_family_name",
    "clean_gender",
    "clean_given_kana",
    "clean_given_name",
    "clean_login_id",
    "clean_nickname",
    "clean_occupation",
    "clean_password",
    "clean_phone",
    "clean_postal_code",
    "clean_prefecture",
    "clean_street",
    "era_year",
    "shown_birth_date",
    "shown_phone",
    "shown_postal_code",
]
