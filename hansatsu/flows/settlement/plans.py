"""When an issuer closes, hands in and pays: from its closing days and the bank's (domain.md §9)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta

from hansatsu.flows.settlement.models import BankDayShift, Closing, ClosingKind, SettlementRules
from hansatsu.formats.bank_days import bank_days_before, next_bank_day, previous_bank_day
from hansatsu.formats.japan import in_japan, start_of
from hansatsu.parties.issuers.closing_days import ClosingDay, closing_days, hand_in_by
from hansatsu.parties.issuers.closing_terms import terms_of
from hansatsu.parties.issuers.models import Issuer


@dataclass(frozen=True, slots=True)
class Plan:
    """A closing that is to come, or due: of the days from ``period_start`` to ``last_day``, paid
    on the bank day ``pay_on``, for which the bank wants the file by ``hand_in_by``."""

    period_start: date
    last_day: date
    pay_on: date
    hand_in_by: date

    @property
    def cut_at(self) -> datetime:
        """The first moment after it."""
        return start_of(self.last_day + timedelta(days=1))


def due(issuer: Issuer, rules: SettlementRules, now: datetime) -> list[Plan]:
    """The regular closings whose cut has come and that are not made, the oldest first. An issuer
    from before there were any begins with the last one, which holds all that was."""
    cut_day = in_japan(now).date()
    last = _last_closed(issuer)
    if last is not None:
        return _between(issuer, rules, last, cut_day)
    if rules.begins_at is None:
        ended = _between(issuer, rules, cut_day - relativedelta(months=2), cut_day)
        return ended[-1:]
    return _between(issuer, rules, _day_before_beginning(rules.begins_at), cut_day)


def next_plan(issuer: Issuer, rules: SettlementRules, now: datetime) -> Plan:
    """The closing that comes next, or the oldest that is due."""
    return coming(issuer, rules, now, 1)[0]


def coming(issuer: Issuer, rules: SettlementRules, now: datetime, count: int) -> list[Plan]:
    """The ``count`` closings that come next, those that are due before them."""
    waiting = due(issuer, rules, now)
    today = in_japan(now).date()
    since = waiting[-1].last_day if waiting else _last_closed(issuer) or today - timedelta(days=1)
    if rules.begins_at is not None:
        since = max(since, _day_before_beginning(rules.begins_at))
    until = max(since, today) + relativedelta(months=count + 2)
    return (waiting + _between(issuer, rules, since, until))[:count]


def on_demand_pay_on(rules: SettlementRules, today: date) -> tuple[date, date]:
    """For what is closed today out of turn: the first day on which it can be paid, and by when the
    bank wants the file: today, or the next bank day."""
    closed = tuple(rules.own_closed_days)
    hand_in_by = next_bank_day(today, closed)
    pay_on = hand_in_by
    while bank_days_before(pay_on, rules.hand_in_days, closed) < hand_in_by:
        pay_on = next_bank_day(pay_on + timedelta(days=1), closed)
    return pay_on, hand_in_by


def midnight_of(now: datetime) -> datetime:
    """The last midnight in Japan: the latest cut that can be."""
    return start_of(in_japan(now).date())


def day_before(cut_at: datetime) -> date:
    """The last day before a cut."""
    return in_japan(cut_at - timedelta(microseconds=1)).date()


def _last_closed(issuer: Issuer) -> date | None:
    newest = Closing.objects.of(issuer).filter(kind=ClosingKind.REGULAR).order_by("-cut_at").first()
    return newest.last_day if newest else None


def _day_before_beginning(begins_at: datetime) -> date:
    return in_japan(begins_at).date() - timedelta(days=1)


def _between(issuer: Issuer, rules: SettlementRules, after: date, cut_day: date) -> list[Plan]:
    """The closings whose last day is later than ``after`` and before ``cut_day``."""
    plans = []
    start = after + timedelta(days=1)
    for day in closing_days(terms_of(issuer), after):
        if day.last_day >= cut_day:
            break
        plans.append(_plan(rules, start, day))
        start = day.last_day + timedelta(days=1)
    return plans


def _plan(rules: SettlementRules, start: date, day: ClosingDay) -> Plan:
    closed = tuple(rules.own_closed_days)
    shift = next_bank_day if rules.bank_day_shift == BankDayShift.NEXT else previous_bank_day
    pay_on = day.pay_on(shift, closed)
    return Plan(start, day.last_day, pay_on, hand_in_by(pay_on, rules.hand_in_days, closed))
