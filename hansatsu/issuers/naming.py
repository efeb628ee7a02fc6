"""Names in the reader's language: Japanese, or the English beside it."""

from django.utils.translation import get_language


def in_language(name: str, name_en: str) -> str:
    """``name_en`` when the active language is English and it has one, else ``name``."""
    english = (get_language() or "").startswith("en")
    return name_en if english and name_en else name
