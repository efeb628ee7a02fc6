"""Days and times in Japan."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

JAPAN = ZoneInfo("Asia/Tokyo")


def in_japan(moment: datetime) -> datetime:
    """The same moment on a clock in Japan."""
    return moment.astimezone(JAPAN)


def last_day(expires_at: datetime | None) -> date | None:
    """有効期限 as printed: the last day in Japan on which value can be spent, None for なし.

    The ledger keeps the first moment at which it cannot: 2026-03-31 is
    2026-04-01T00:00+09:00.
    """
    if expires_at is None:
        return None
    return in_japan(expires_at - timedelta(microseconds=1)).date()


def last_day_after(first: date, months: int) -> date:
    """The last day of value that lives ``months`` from its ``first`` day.

    Six months from 1 March are the days up to 31 August: value that can be spent *within* six
    months only is exempt from deposits (domain.md §3), and a day more would not be.
    """
    return first + relativedelta(months=months) - timedelta(days=1)


def start_of(day: date) -> datetime:
    """Midnight in Japan at which ``day`` begins."""
    return datetime.combine(day, time(), JAPAN)


def expires_at_after(last: date | None) -> datetime | None:
    """``last_day`` turned round: the first moment after the day ``last``, None for なし."""
    return None if last is None else start_of(last + timedelta(days=1))
