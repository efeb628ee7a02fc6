"""The months that are compared with the bank."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta

from hansatsu.flows.settlement.models import BankLine
from hansatsu.formats.japan import in_japan, start_of
from hansatsu.parties import clock
from hansatsu.parties.issuers.models import Issuer


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month in Japan."""

    last_day: date

    @property
    def cut_at(self) -> datetime:
        """The first moment after it."""
        return start_of(self.last_day + timedelta(days=1))

    @property
    def is_over(self) -> bool:
        """True when its last day has passed."""
        return clock.now() >= self.cut_at


def month_of(day: date) -> Month:
    """The month that a day is in."""
    return Month(day + relativedelta(day=31))


def months_of(issuer: Issuer) -> list[Month]:
    """From the month of the first line of the bank's statement to this one, the newest first; none
    when there is no line."""
    first = BankLine.objects.of(issuer).order_by("day").first()
    if first is None:
        return []
    months = [month_of(in_japan(clock.now()).date())]
    while months[-1].last_day > first.day + relativedelta(day=31):
        months.append(month_of(months[-1].last_day - relativedelta(months=1)))
    return months
