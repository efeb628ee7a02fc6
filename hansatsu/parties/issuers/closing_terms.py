"""締め日 and 支払日 of an issuer: added, changed, removed. Each act stands in the record."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.db import transaction

from hansatsu.formats.japan import in_japan
from hansatsu.parties import clock
from hansatsu.parties.issuers.audit import Actor, Value, audit
from hansatsu.parties.issuers.models import LAST_DAY, ClosingTerm, Issuer
from hansatsu.parties.issuers.names import issuer_name

type Added = Literal["added", "taken"]
type Changed = Literal["changed", "same", "taken", "gone"]
type Removed = Literal["removed", "last", "gone"]


@dataclass(frozen=True, slots=True)
class Days:
    """What a term says; the fields are those of ``ClosingTerm``."""

    closing_day: int = LAST_DAY
    payout_months_later: int = 1
    payout_day: int = LAST_DAY


def terms_of(issuer: Issuer) -> list[ClosingTerm]:
    """All its terms by closing day, never empty. One that the version before made during an update
    has no row yet: it closes at the end of the month."""
    return list(ClosingTerm.objects.of(issuer)) or [ClosingTerm(issuer=issuer)]


def make_first_term(issuer: Issuer) -> ClosingTerm:
    """End of the month, paid at the end of the next: what an issuer begins with."""
    return ClosingTerm.objects.create(issuer=issuer)


def add_term(by: Actor, days: Days, *, reason: str) -> Added:
    """Close on a further day of each month, from today on.

    Raises:
        django.db.IntegrityError: it would be paid before it is closed.
    """
    with transaction.atomic():
        terms = _locked(by.issuer)
        if days.closing_day in terms:
            return "taken"
        today = _today()
        _save(ClosingTerm(issuer=by.issuer, from_day=today), days)
        after = _facts(days, today)
        audit(by, "closing_term_added", _subject(by), reason=reason, before={}, after=after)
    return "added"


def change_term(by: Actor, closing_day: int, days: Days, *, reason: str) -> Changed:
    """Have the term of ``closing_day`` say ``days``: for closings that come. Another closing day
    counts from today on, so that none of a day that is gone is made.

    Raises:
        django.db.IntegrityError: it would be paid before it is closed.
    """
    with transaction.atomic():
        terms = _locked(by.issuer)
        term = terms.pop(closing_day, None)
        if term is None:
            return "gone"
        before = days_of(term), term.from_day
        if before[0] == days:
            return "same"
        if days.closing_day in terms:
            return "taken"
        if days.closing_day != closing_day:
            term.from_day = _today()
        _save(term, days)
        audit(
            by,
            "closing_term_changed",
            _subject(by),
            reason=reason,
            before=_facts(*before),
            after=_facts(days, term.from_day),
        )
    return "changed"


def remove_term(by: Actor, closing_day: int, *, reason: str) -> Removed:
    """Close on that day no more. The last one stays: without one nobody would ever be paid."""
    with transaction.atomic():
        terms = _locked(by.issuer)
        term = terms.get(closing_day)
        if term is None:
            return "gone"
        if len(terms) == 1:
            return "last"
        before = _facts(days_of(term), term.from_day)
        term.delete()
        audit(by, "closing_term_removed", _subject(by), reason=reason, before=before, after={})
    return "removed"


def days_of(term: ClosingTerm) -> Days:
    """What ``term`` says."""
    return Days(term.closing_day, term.payout_months_later, term.payout_day)


def _locked(issuer: Issuer) -> dict[int, ClosingTerm]:
    """The terms by closing day, of which nobody else changes one meanwhile."""
    Issuer.objects.select_for_update(no_key=True).get(pk=issuer.pk)
    terms = list(ClosingTerm.objects.of(issuer)) or [make_first_term(issuer)]
    return {term.closing_day: term for term in terms}


def _save(term: ClosingTerm, days: Days) -> None:
    term.closing_day = days.closing_day
    term.payout_months_later = days.payout_months_later
    term.payout_day = days.payout_day
    term.save()


def _subject(by: Actor) -> str:
    return issuer_name(by.issuer.pk)


def _facts(days: Days, from_day: date | None) -> dict[str, Value]:
    return {
        "closing_day": days.closing_day,
        "payout_months_later": days.payout_months_later,
        "payout_day": days.payout_day,
    } | ({"closes_from": from_day.isoformat()} if from_day else {})


def _today() -> date:
    return in_japan(clock.now()).date()
