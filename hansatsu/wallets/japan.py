"""Days and times in Japan."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

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
