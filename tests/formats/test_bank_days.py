"""Bank days against the holidays that the government published (内閣府「国民の祝日について」)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansatsu.formats.bank_days import (
    bank_days_before,
    is_bank_day,
    next_bank_day,
    previous_bank_day,
)

PUBLISHED = {
    2025: "1/1 1/13 2/11 2/23 2/24 3/20 4/29 5/3 5/4 5/5 5/6 7/21 8/11 9/15 9/23 10/13 11/3 11/23"
    " 11/24",
    2026: "1/1 1/12 2/11 2/23 3/20 4/29 5/3 5/4 5/5 5/6 7/20 8/11 9/21 9/22 9/23 10/12 11/3 11/23",
    2027: "1/1 1/11 2/11 2/23 3/21 3/22 4/29 5/3 5/4 5/5 7/19 8/11 9/20 9/23 10/11 11/3 11/23",
}
"""Substitutes (2025-02-24, 05-06, 11-24, 2026-05-06, 2027-03-22) and the day between two holidays
(2026-09-22) included."""

HOLIDAYS = {
    date(year, *(int(part) for part in each.split("/")))
    for year, days in PUBLISHED.items()
    for each in days.split()
}
YEARS_END = {(12, 31), (1, 1), (1, 2), (1, 3)}
DAYS = st.dates(date(2025, 1, 15), date(2027, 12, 15))
CLOSED = st.frozensets(DAYS, max_size=5)


def test_every_day_of_three_years() -> None:
    days = [date(2025, 1, 1) + timedelta(days=each) for each in range(3 * 365)]
    assert days[-1] == date(2027, 12, 31)
    open_days = [
        day
        for day in days
        if day.weekday() < 5 and day not in HOLIDAYS and (day.month, day.day) not in YEARS_END
    ]
    assert [day for day in days if is_bank_day(day)] == open_days


@pytest.mark.parametrize(
    ("day", "following", "before"),
    [
        (date(2026, 11, 30), date(2026, 11, 30), date(2026, 11, 30)),
        (date(2026, 9, 20), date(2026, 9, 24), date(2026, 9, 18)),
        (date(2026, 12, 31), date(2027, 1, 4), date(2026, 12, 30)),
        (date(2028, 2, 29), date(2028, 2, 29), date(2028, 2, 29)),
        (date(2026, 2, 28), date(2026, 3, 2), date(2026, 2, 27)),
    ],
)
def test_the_nearest_bank_days(day: date, following: date, before: date) -> None:
    assert next_bank_day(day) == following
    assert previous_bank_day(day) == before


def test_what_ones_own_bank_closes_on_counts() -> None:
    closed = [date(2026, 11, 30), date(2026, 12, 1)]
    assert not is_bank_day(date(2026, 11, 30), closed)
    assert next_bank_day(date(2026, 11, 28), closed) == date(2026, 12, 2)
    assert previous_bank_day(date(2026, 12, 1), closed) == date(2026, 11, 27)
    assert bank_days_before(date(2026, 12, 2), 1, closed) == date(2026, 11, 27)


@pytest.mark.parametrize(
    ("day", "count", "found"),
    [
        (date(2026, 11, 30), 0, date(2026, 11, 30)),
        (date(2026, 11, 30), 2, date(2026, 11, 26)),
        (date(2026, 11, 29), 1, date(2026, 11, 27)),
        (date(2026, 9, 24), 1, date(2026, 9, 18)),
        (date(2027, 1, 4), 2, date(2026, 12, 29)),
    ],
)
def test_some_bank_days_before(day: date, count: int, found: date) -> None:
    assert bank_days_before(day, count) == found


@given(DAYS, st.integers(1, 10), CLOSED)
def test_exactly_so_many_bank_days_lie_between(
    day: date, count: int, closed: frozenset[date]
) -> None:
    found = bank_days_before(day, count, closed)
    between = [found + timedelta(days=each) for each in range((day - found).days)]
    assert is_bank_day(found, closed)
    assert sum(is_bank_day(each, closed) for each in between) == count
    assert previous_bank_day(day, closed) <= day <= next_bank_day(day, closed)
