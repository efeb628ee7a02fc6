"""Names in the reader's language: Japanese, or the English beside it where there is one. Here alone
it is decided what stands in for English that nobody has entered."""

from django.utils.translation import get_language


def in_language(name: str, name_en: str) -> str:
    """``name_en`` when the active language is English and it has one, otherwise ``name``."""
    english_reader = (get_language() or "").startswith("en")
    return in_english(name, name_en) if english_reader else name


def in_english(name: str, name_en: str) -> str:
    """``name_en``, or the Japanese ``name`` where it is missing."""
    return name_en or name
