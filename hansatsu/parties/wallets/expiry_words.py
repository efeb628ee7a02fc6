"""有効期限 in words, for pages and mails, in the active language."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext


def until(last_day: date | None) -> str:
    """有効期限 in words: the last day, and that all of it counts."""
    if last_day is None:
        return _("なし")
    return _("%(year)d年%(month)d月%(day)d日(%(weekday)s)まで(当日23:59まで)") % {
        "year": last_day.year,
        "month": last_day.month,
        "day": last_day.day,
        "weekday": weekday(last_day),
    }


def until_day(last_day: date) -> str:
    """The last day without its year, where there is little room: 2月28日まで."""
    return _("%(month)d月%(day)d日まで") % {"month": last_day.month, "day": last_day.day}


def days_left(days: int) -> str:
    """How many days are left before the last day: あと30日, and 本日まで on the day itself."""
    if days < 1:
        return _("本日まで")
    return ngettext("あと%(days)d日", "あと%(days)d日", days) % {"days": days}


def weekday(day: date) -> str:
    """月 for a Monday, in the active language."""
    return (
        pgettext("weekday", "月"),
        pgettext("weekday", "火"),
        pgettext("weekday", "水"),
        pgettext("weekday", "木"),
        pgettext("weekday", "金"),
        pgettext("weekday", "土"),
        pgettext("weekday", "日"),
    )[day.weekday()]
