"""住所: 郵便番号, 都道府県, 市区町村, 町名・番地, 建物名."""

import re
from typing import Final

from django.utils.translation import gettext as _

from hansatsu.formats.typed import HYPHENS, Cleaned, identifier, narrowed, within

LONGEST_CITY: Final = 60
LONGEST_STREET: Final = 100
PREFECTURES: Final = (
    "北海道",
    "青森県",
    "岩手県",
    "宮城県",
    "秋田県",
    "山形県",
    "福島県",
    "茨城県",
    "栃木県",
    "群馬県",
    "埼玉県",
    "千葉県",
    "東京都",
    "神奈川県",
    "新潟県",
    "富山県",
    "石川県",
    "福井県",
    "山梨県",
    "長野県",
    "岐阜県",
    "静岡県",
    "愛知県",
    "三重県",
    "滋賀県",
    "京都府",
    "大阪府",
    "兵庫県",
    "奈良県",
    "和歌山県",
    "鳥取県",
    "島根県",
    "岡山県",
    "広島県",
    "山口県",
    "徳島県",
    "香川県",
    "愛媛県",
    "高知県",
    "福岡県",
    "佐賀県",
    "長崎県",
    "熊本県",
    "大分県",
    "宮崎県",
    "鹿児島県",
    "沖縄県",
)


def clean_postal_code(text: str) -> Cleaned[str]:
    """郵便番号 as seven digits. One that no list knows is taken: lists are a month old."""
    code = re.sub(HYPHENS, "", identifier(text).lstrip("〒 "))
    if not code:
        return Cleaned("", _("郵便番号を入力してください。"))
    if not re.fullmatch(r"[0-9]{7}", code):
        return Cleaned(code, _("郵便番号は7桁の数字で入力してください。例: 323-0023"))
    return Cleaned(code)


def clean_prefecture(text: str) -> Cleaned[str]:
    """都道府県: one of ``PREFECTURES``."""
    if text not in PREFECTURES:
        return Cleaned("", _("都道府県を選んでください。"))
    return Cleaned(text)


def clean_city(text: str) -> Cleaned[str]:
    """市区町村."""
    return _address(text, LONGEST_CITY, _("市区町村を入力してください。"))


def clean_street(text: str) -> Cleaned[str]:
    """町名・番地."""
    return _address(text, LONGEST_STREET, _("町名・番地を入力してください。"))


def clean_building(text: str) -> Cleaned[str]:
    """建物名, which may be left out."""
    return _address(text, LONGEST_STREET, "")


def shown_postal_code(code: str) -> str:
    """323-0023."""
    return f"{code[:3]}-{code[3:]}" if code else ""


def _address(text: str, longest: int, missing: str) -> Cleaned[str]:
    part = narrowed(text)
    if missing and not part:
        return Cleaned("", missing)
    return within(part, longest)
