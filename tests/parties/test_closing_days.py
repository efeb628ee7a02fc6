"""On which days an issuer closes, and when it pays: examples, and what always holds."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from itertools import islice, takewhile

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hansatsu.formats.bank_days import is_bank_day, next_bank_day, previous_bank_day
from hansatsu.parties.issuers.closing_days import ClosingDay, closing_days, hand_in_by
from hansatsu.parties.issuers.models import DAYS, ClosingTerm


def term(
    closing: int, later: int = 1, payout: int = 31, from_day: date | None = None
) -> ClosingTerm:
    return ClosingTerm(
        closing_day=closing, payout_months_later=later, payout_day=payout, from_day=from_day
    )


def ahead(*terms: ClosingTerm, after: date, count: int) -> list[tuple[date, date]]:
    return [tuple(day) for day in islice(closing_days(terms, after), count)]


def test_the_end_of_a_month_is_its_last_day_however_long_it_is() -> None:
    assert ahead(term(31), after=date(2027, 12, 31), count=4) == [
        (date(2028, 1, 31), date(2028, 2, 29)),
        (date(2028, 2, 29), date(2028, 3, 31)),
        (date(2028, 3, 31), date(2028, 4, 30)),
        (date(2028, 4, 30), date(2028, 5, 31)),
    ]
    assert ahead(term(31), after=date(2027, 1, 31), count=1) == [
        (date(2027, 2, 28), date(2027, 3, 31))
    ]


def test_several_closings_a_month_come_one_after_another() -> None:
    terms = term(31, 1, 15), term(15, 0, 31)
    assert ahead(*terms, after=date(2026, 11, 14), count=4) == [
        (date(2026, 11, 15), date(2026, 11, 30)),
        (date(2026, 11, 30), date(2026, 12, 15)),
        (date(2026, 12, 15), date(2026, 12, 31)),
        (date(2026, 12, 31), date(2027, 1, 15)),
    ]


def test_two_that_meet_at_the_end_of_february_are_one_closing() -> None:
    terms = term(31, 1, 20), term(28, 1, 10)
    assert ahead(*terms, after=date(2027, 2, 1), count=2) == [
        (date(2027, 2, 28), date(2027, 3, 10)),
        (date(2027, 3, 28), date(2027, 4, 10)),
    ]
    assert ahead(*terms, after=date(2028, 2, 1), count=2) == [
        (date(2028, 2, 28), date(2028, 3, 10)),
        (date(2028, 2, 29), date(2028, 3, 20)),
    ]


def test_a_new_term_closes_no_day_that_is_gone() -> None:
    old, new = term(31), term(15, from_day=date(2026, 11, 16))
    found = [day for day, _ in ahead(old, new, after=date(2026, 10, 31), count=3)]
    assert found == [date(2026, 11, 30), date(2026, 12, 15), date(2026, 12, 31)]


def test_what_is_cut_is_the_midnight_in_japan_after_the_last_day() -> None:
    day = ClosingDay(date(2026, 11, 30), date(2026, 12, 31))
    assert day.cut_at == datetime(2026, 11, 30, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("payout_day", "shift", "found"),
    [
        (date(2026, 12, 25), next_bank_day, date(2026, 12, 25)),
        (date(2026, 12, 31), next_bank_day, date(2027, 1, 4)),
        (date(2026, 12, 31), previous_bank_day, date(2026, 12, 30)),
        # back over the closing itself: after it all the same
        (date(2026, 12, 1), previous_bank_day, date(2026, 12, 1)),
    ],
)
def test_a_payout_falls_on_a_bank_day(payout_day: date, shift: object, found: date) -> None:
    closing = ClosingDay(date(2026, 11, 30), payout_day)
    assert closing.pay_on(shift) == found  # type: ignore[arg-type]


def test_nothing_is_paid_before_it_is_closed() -> None:
    saturday = ClosingDay(date(2026, 11, 27), date(2026, 11, 28))
    assert saturday.pay_on(previous_bank_day) == date(2026, 11, 30)
    (february,) = islice(closing_days([term(28, 0, 31)], date(2027, 2, 1)), 1)
    assert february == (date(2027, 2, 28), date(2027, 2, 28))
    assert february.pay_on(next_bank_day) == date(2027, 3, 1)
    assert ClosingDay(date(2027, 2, 26), date(2027, 2, 26)).pay_on(next_bank_day) == date(
        2027, 3, 1
    )


def test_the_bank_wants_the_file_some_bank_days_before() -> None:
    assert hand_in_by(date(2027, 1, 4), 2) == date(2026, 12, 29)
    assert hand_in_by(date(2026, 12, 25), 2, [date(2026, 12, 24)]) == date(2026, 12, 22)
    assert hand_in_by(date(2026, 12, 25), 0) == date(2026, 12, 25)


TERMS = st.lists(
    st.builds(
        term,
        st.sampled_from(DAYS),
        st.integers(0, 3),
        st.sampled_from(DAYS),
        st.none() | st.dates(date(2026, 1, 1), date(2028, 12, 31)),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda each: each.closing_day,
)


@given(TERMS, st.dates(date(2026, 1, 1), date(2028, 12, 31)), st.booleans())
def test_closings_ascend_and_each_is_paid_after_it(
    terms: list[ClosingTerm], after: date, is_next: bool
) -> None:
    assume(all(each.payout_months_later or each.payout_day > each.closing_day for each in terms))
    found = list(islice(closing_days(terms, after), 10))
    last_days = [each.last_day for each in found]
    assert last_days == sorted(set(last_days))
    assert last_days[0] > after
    for each in found:
        pay_on = each.pay_on(next_bank_day if is_next else previous_bank_day)
        assert is_bank_day(pay_on)
        assert pay_on > each.last_day
        assert hand_in_by(pay_on, 2) < pay_on
    reckoned = [after + timedelta(days=each) for each in range(1, (last_days[-1] - after).days + 1)]
    assert last_days == [day for day in reckoned if any(_closes(each, day) for each in terms)]


def _closes(term: ClosingTerm, day: date) -> bool:
    month_end = monthrange(day.year, day.month)[1]
    is_day = day.day == min(term.closing_day, month_end)
    return is_day and (term.from_day is None or day >= term.from_day)


@given(TERMS, st.dates(date(2026, 1, 1), date(2028, 12, 31)), st.integers(1, 400))
def test_it_does_not_matter_from_where_one_reckons(
    terms: list[ClosingTerm], after: date, days: int
) -> None:
    until = after + timedelta(days=days)
    whole = list(takewhile(lambda each: each.last_day <= until, closing_days(terms, after)))
    for at, each in enumerate(whole):
        (following,) = islice(closing_days(terms, each.last_day), 1)
        assert following == (whole[at + 1] if at + 1 < len(whole) else following)
