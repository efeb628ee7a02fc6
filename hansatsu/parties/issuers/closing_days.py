"""On which days an issuer closes and when it pays: reckoned from its terms alone (domain.md §9)."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from hansatsu.formats.bank_days import bank_days_before, next_bank_day
from hansatsu.formats.japan import start_of
from hansatsu.parties.issuers.models import ClosingTerm

type Shift = Callable[[date, Sequence[date]], date]


class ClosingDay(NamedTuple):
    """``last_day`` is the last one in the closing (締め日); ``payout_day`` would be the day of its
    payout if banks never closed."""

    last_day: date
    payout_day: date

    @property
    def cut_at(self) -> datetime:
        """The first moment after it, a midnight in Japan."""
        return start_of(self.last_day + timedelta(days=1))

    def pay_on(self, shift: Shift, own_closed: Sequence[date] = ()) -> date:
        """The bank day on which it is paid: always after ``last_day``.

        Args:
            shift: ``next_bank_day`` or ``previous_bank_day``.
            own_closed: days on which the town's own bank does not work.
        """
        shifted = shift(self.payout_day, own_closed)
        if shifted > self.last_day:
            return shifted
        return next_bank_day(self.last_day + timedelta(days=1), own_closed)


def closing_days(terms: Sequence[ClosingTerm], after: date) -> Iterator[ClosingDay]:
    """The closing days later than ``after``, ascending and without end.

    Two terms that meet at the end of a short month are one closing, paid as the one of the earlier
    day: the other would have no day of its own.
    """
    month = after.replace(day=1)
    while True:
        found: dict[date, ClosingDay] = {}
        for term in sorted(terms, key=lambda each: each.closing_day):
            last_day = _in_month(month, term.closing_day)
            if last_day > after and (term.from_day is None or last_day >= term.from_day):
                payout_month = month + relativedelta(months=term.payout_months_later)
                closing = ClosingDay(last_day, _in_month(payout_month, term.payout_day))
                found.setdefault(last_day, closing)
        yield from found.values()
        month += relativedelta(months=1)


def hand_in_by(pay_on: date, days: int, own_closed: Sequence[date] = ()) -> date:
    """By when the bank wants the file: ``days`` bank days before ``pay_on``."""
    return bank_days_before(pay_on, days, own_closed)


def _in_month(month: date, day: int) -> date:
    """``day`` of ``month``; 31 is its last day, however long it is."""
    return month + relativedelta(day=day)
