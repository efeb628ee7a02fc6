"""Days on which banks in Japan work: not weekends, holidays, 12/31 to 1/3, nor the town's own."""

from collections.abc import Collection
from datetime import date, timedelta

import jpholiday

TURN_OF_THE_YEAR = frozenset({(12, 31), (1, 1), (1, 2), (1, 3)})
"""Months and days on which banks are closed, holidays or not (銀行法施行令)."""
SATURDAY = 5


def is_bank_day(day: date, own_closed: Collection[date] = ()) -> bool:
    """True when banks work; ``own_closed`` are days on which the town's does not."""
    if day.weekday() >= SATURDAY or (day.month, day.day) in TURN_OF_THE_YEAR:
        return False
    return not jpholiday.is_holiday(day) and day not in own_closed


def next_bank_day(day: date, own_closed: Collection[date] = ()) -> date:
    """``day``, or the first bank day after it."""
    while not is_bank_day(day, own_closed):
        day += timedelta(days=1)
    return day


def previous_bank_day(day: date, own_closed: Collection[date] = ()) -> date:
    """``day``, or the last bank day before it."""
    while not is_bank_day(day, own_closed):
        day -= timedelta(days=1)
    return day


def bank_days_before(day: date, count: int, own_closed: Collection[date] = ()) -> date:
    """The bank day that is ``count`` bank days before ``day``."""
    for _ in range(count):
        day = previous_bank_day(day - timedelta(days=1), own_closed)
    return day
