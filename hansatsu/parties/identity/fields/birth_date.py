"""生年月日."""

import re
from datetime import date
from typing import Final

from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from hansatsu.formats.typed import Cleaned, plain
from hansatsu.parties import clock

ERAS: Final = {
    "reiwa": (gettext_noop("令和"), date(2019, 5, 1), None),
    "heisei": (gettext_noop("平成"), date(1989, 1, 8), date(2019, 4, 30)),
    "showa": (gettext_noop("昭和"), date(1926, 12, 25), date(1989, 1, 7)),
    "taisho": (gettext_noop("大正"), date(1912, 7, 30), date(1926, 12, 24)),
}
"""The era's name, its first day and its last."""

OLDEST: Final = date(1900, 1, 1)


def clean_birth_date(year: str, month: str, day: str, era: str = "") -> Cleaned[date | None]:
    """生年月日.

    Args:
        year: of the western calendar, or of ``era``; 元 is 1. 昭和29 and S29 are understood too.
        month: 1 to 12.
        day: of the month.
        era: a key of ``ERAS``, or empty for the western calendar.
    """
    numbers = [plain(part) for part in (year, month, day)]
    if not any(numbers):
        return Cleaned(None, _("生年月日を入力してください。"))
    written, era = _era_in(numbers[0].removesuffix("年"), era)
    figures = [
        part.removesuffix(unit).strip()
        for part, unit in zip((written, numbers[1], numbers[2]), "年月日", strict=True)
    ]
    if not all(re.fullmatch(r"[0-9]{1,4}", figure) for figure in figures):
        return Cleaned(None, _("生年月日は、年、月、日をそれぞれ数字で入力してください。"))
    of_year, of_month, of_day = (int(figure) for figure in figures)
    return _birth_date(of_year, of_month, of_day, era)


def shown_birth_date(day: date | None) -> str:
    """1954年(昭和29年)3月5日."""
    if day is None:
        return ""
    return _("%(year)d年(%(era)s)%(month)d月%(day)d日") % {
        "year": day.year,
        "era": era_year(day),
        "month": day.month,
        "day": day.day,
    }


def era_year(day: date) -> str:
    """昭和29年; 令和元年; 明治 is not asked for any more."""
    for name, first, _last in ERAS.values():
        if day >= first:
            years = day.year - first.year + 1
            return _("%(era)s%(year)s年") % {
                "era": _(name),
                "year": _("元") if years == 1 else years,
            }
    return _("明治以前")


def _era_in(year: str, era: str) -> tuple[str, str]:
    """A year as typed, without the era that it may begin with, and that era's key."""
    for key, (name, _first, _last) in ERAS.items():
        for sign in (name, name[0], key[0].upper(), key[0]):
            if year.startswith(sign):
                year, era = year.removeprefix(sign).strip(), key
                break
    return ("1" if year == "元" else year), era


def _birth_date(year: int, month: int, day: int, era: str) -> Cleaned[date | None]:
    western = year
    if era in ERAS:
        western = ERAS[era][1].year + year - 1
    try:
        born = date(western, month, day)
    except ValueError:
        return Cleaned(None, _impossible(western, month, day))
    if era in ERAS and not _is_in(era, born):
        return Cleaned(None, _not_in_era(era, born))
    if born > localdate(clock.now()):
        return Cleaned(None, _("生年月日が未来の日付になっています。もう一度ご確認ください。"))
    if born < OLDEST:
        return Cleaned(None, _("生まれた年をもう一度ご確認ください。西暦は4桁で入力してください。"))
    return Cleaned(born)


def _impossible(year: int, month: int, day: int) -> str:
    if not 1 <= month <= 12:
        return _("%(month)d月はありません。月は1から12までで入力してください。") % {"month": month}
    if not 1 <= year <= 9999:
        return _("生まれた年をもう一度ご確認ください。西暦は4桁で入力してください。")
    return _("%(year)d年%(month)d月%(day)d日という日はありません。もう一度ご確認ください。") % {
        "year": year,
        "month": month,
        "day": day,
    }


def _is_in(era: str, day: date) -> bool:
    _name, first, last = ERAS[era]
    return first <= day and (last is None or day <= last)


def _not_in_era(era: str, day: date) -> str:
    return _("%(era)sにその日はありません。%(year)d年%(month)d月%(day)d日は%(right)sです。") % {
        "era": _(ERAS[era][0]),
        "year": day.year,
        "month": day.month,
        "day": day.day,
        "right": era_year(day),
    }
