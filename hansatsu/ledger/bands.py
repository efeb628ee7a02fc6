"""The bands of 有効期限毎の残高 (guide, 残高詳細)."""

from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

Band = Literal["under_half_year", "under_one_year", "one_year_or_more"]
JAPAN = ZoneInfo("Asia/Tokyo")


def band(now: datetime, expires_at: datetime | None) -> Band:
    """Which band value belongs to: 半年未満, 1年未満 (from six months), 1年以上; value without
    expiry counts as 1年以上. Months are calendar months in Japan."""
    if expires_at is None:
        return "one_year_or_more"
    here = now.astimezone(JAPAN)
    if expires_at < here + relativedelta(months=6):
        return "under_half_year"
    if expires_at < here + relativedelta(months=12):
        return "under_one_year"
    return "one_year_or_more"
