"""氏名, フリガナ and ニックネーム."""

import re
import unicodedata
from typing import Final

from django.utils.translation import gettext as _

from hansatsu.formats.typed import Cleaned, held, narrowed, within

LONGEST_NAME: Final = 40
_KANA = re.compile(r"[ァ-ヶー・ ]+")


def clean_family_name(text: str) -> Cleaned[str]:
    """姓. Characters are kept as they are: 髙 and 﨑 are not 高 and 崎."""
    return _name(text, _("姓を入力してください。"))


def clean_given_name(text: str) -> Cleaned[str]:
    """名."""
    return _name(text, _("名を入力してください。"))


def clean_family_kana(text: str) -> Cleaned[str]:
    """セイ; hiragana and half-width katakana become katakana."""
    return _kana(text, _("セイを入力してください。"))


def clean_given_kana(text: str) -> Cleaned[str]:
    """メイ."""
    return _kana(text, _("メイを入力してください。"))


def clean_nickname(text: str) -> Cleaned[str]:
    """ニックネーム, which may be left out."""
    return within(narrowed(text), LONGEST_NAME)


def _name(text: str, missing: str) -> Cleaned[str]:
    name = narrowed(text)
    if not name:
        return Cleaned("", missing)
    if not all(_is_of_names(sign) for sign in name):
        return Cleaned(name, _("お名前に数字や記号は使えません。"))
    return within(name, LONGEST_NAME)


def _is_of_names(sign: str) -> bool:
    """Letters of any script with their marks (L, M), and what joins parts of a name."""
    return unicodedata.category(sign)[0] in "LM" or sign in " ・.'-’"


def _kana(text: str, missing: str) -> Cleaned[str]:
    wide = unicodedata.normalize("NFKC", held(text))
    kana = " ".join("".join(_katakana(sign) for sign in wide).split())
    if not kana:
        return Cleaned("", missing)
    if not _KANA.fullmatch(kana):
        return Cleaned(kana, _("フリガナはカタカナで入力してください。"))
    return within(kana, LONGEST_NAME)


def _katakana(sign: str) -> str:
    if "ぁ" <= sign <= "ゖ":
        return chr(ord(sign) + ord("ァ") - ord("ぁ"))
    return "ー" if sign in "-‐‑–—―−" else sign
