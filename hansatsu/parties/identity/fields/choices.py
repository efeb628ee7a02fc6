"""性別 and 職業."""

from django.utils.translation import gettext as _

from hansatsu.formats.typed import Cleaned
from hansatsu.parties.identity.models.resident import Gender, Occupation


def clean_gender(text: str) -> Cleaned[str]:
    """性別: a value of ``Gender``."""
    if text not in Gender.values:
        return Cleaned("", _("性別を選んでください。「回答しない」も選べます。"))
    return Cleaned(text)


def clean_occupation(text: str) -> Cleaned[str]:
    """職業: a value of ``Occupation``."""
    if text not in Occupation.values:
        return Cleaned("", _("職業を選んでください。「回答しない」も選べます。"))
    return Cleaned(text)
