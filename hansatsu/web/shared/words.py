"""Amounts, days and times as residents read them."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Literal

from django import template
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hansatsu.parties.wallets.expiry_words import days_left, until, until_day, weekday
from hansatsu.parties.wallets.selectors import HistoryRow, in_japan

register = template.Library()
register.filter(days_left)
register.filter(until)
register.filter(until_day)

Unit = Literal["value", "price"]
LONG = 6
"""Characters; longer figures, from 100,000 on, are smaller where amounts are largest."""

LANGUAGE_LINK = '<a\n  class="header__language" href="{0}" lang="{1}" hreflang="{1}">{2}</a>'
AMOUNT = '<span\n  class="amount amount--%s%s%s">%s<span\n  class="amount__unit">%s</span></span>'
"""No template: a page of history has forty of them (ADR 0253)."""


@register.simple_tag
def amount(yen: int, size: str = "s", unit: Unit = "value") -> SafeString:
    """An amount with its unit: 円分 for value one has, 円 for what is to be paid."""
    return amounts(size, unit)(yen)


def amounts(size: str = "s", unit: Unit = "value") -> Callable[[int], SafeString]:
    """What writes each ``amount`` of many: the unit's word in the active language is looked up
    once."""
    word = _("円分") if unit == "value" else _("円")

    def write(yen: int) -> SafeString:
        figure = grouped(yen)
        long = " amount--long" if len(figure) > LONG else ""
        negative = " amount--negative" if yen < 0 else ""
        # nothing in it comes from outside: sizes are the templates', units the catalogue's
        return mark_safe(AMOUNT % (size, long, negative, figure, word))  # noqa: S308

    return write


@register.inclusion_tag("components/price.html")
def price(yen: int, size: str = "s") -> dict[str, object]:
    """What is to be paid, as ``¥10,000``; read aloud as 円."""
    figure = grouped(yen)
    is_long = len(figure) >= LONG  # the sign in front needs room, too
    return {"figure": figure, "size": size, "long": is_long, "unit": _("円")}


@register.filter
def grouped(yen: int) -> str:
    """13450 as ``13,450``."""
    return f"{yen:,}"


def about_minutes(seconds: int) -> int:
    """How long to wait, as 約n分後 tells it: whole minutes, never too few, and at least one."""
    return max(1, -(-seconds // 60))


@register.filter
def japan_time(moment: datetime) -> str:
    """``YYYY/MM/DD HH:MM:SS`` in Japan."""
    return f"{in_japan(moment):%Y/%m/%d %H:%M:%S}"


@register.filter
def japan_minute(moment: datetime) -> str:
    """``7:38`` in Japan, as one says it."""
    local = in_japan(moment)
    return f"{local.hour}:{local:%M}"


@register.filter
def japan_clock(moment: datetime) -> str:
    """``HH:MM:SS`` in Japan, where the day is known."""
    return f"{in_japan(moment):%H:%M:%S}"


@register.filter
def japan_day(moment: datetime) -> date:
    """The day in Japan, for ``until``."""
    return in_japan(moment).date()


@register.filter
def day_words(day: date) -> str:
    """``2026年12月31日(木)``."""
    return _("%(year)d年%(month)d月%(day)d日(%(weekday)s)") % {
        "year": day.year,
        "month": day.month,
        "day": day.day,
        "weekday": weekday(day),
    }


@register.filter
def breakable(number: str) -> SafeString:
    """A 決済ID that breaks, where it must, between its parts: prefix and day, sequence, time."""
    parts = (number[:21], number[21:33], number[33:])
    return format_html_join(mark_safe("<wbr>"), "{}", ((part,) for part in parts if part))


@register.filter
def until_short(last_day: date | None) -> str:
    """有効期限 as a date alone, for a row with little room."""
    return _("なし") if last_day is None else f"{last_day:%Y/%m/%d}"


@register.filter
def refund_word(row: HistoryRow) -> str:
    """取消 on the day of the payment, 返金 later. The day stands in the payment's number, after
    the issuer's prefix of 13."""
    paid_on = (row.refunded_number or "")[13:21]
    return _("取消") if f"{row.at:%Y%m%d}" == paid_on else _("返金")


@register.filter
def refund_kind(number: str) -> str:
    """``cancel`` when a refund's 決済ID has the day of its payment, otherwise ``refund``."""
    return "cancel" if number[34:42] == number[13:21] else "refund"


@register.simple_tag(takes_context=True)
def language_link(context: template.Context) -> SafeString:
    """The way to this page in the other language."""
    language, name = ("en", "English") if get_language() == "ja" else ("ja", "日本語")
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    query["languageCd"] = language
    return format_html(LANGUAGE_LINK, f"{request.path}?{query.urlencode()}", language, name)


@register.filter
def with_code(text: str) -> SafeString:
    """Text in which what stands between backquotes is code, as in the API's document."""
    parts = text.split("`")
    marks = ("{}", "<code>{}</code>")
    return format_html_join(
        "", "{}", ((format_html(marks[n % 2], part),) for n, part in enumerate(parts))
    )
