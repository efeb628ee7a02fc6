"""締め日 and 振込日 of an issuer: added, changed, removed, each on record; none by half."""

from datetime import date

import pytest
from django.db import IntegrityError

from hansatsu.formats.japan import in_japan
from hansatsu.parties import clock
from hansatsu.parties.issuers.audit import Actor
from hansatsu.parties.issuers.closing_terms import (
    Days,
    add_term,
    change_term,
    days_of,
    remove_term,
    terms_of,
)
from hansatsu.parties.issuers.models import AuditEntry, ClosingTerm, Issuer
from tests.town import Town, make_town


def by(town: Town) -> Actor:
    return Actor(town.issuer, "staff:1", "責任者", "console")


def today() -> date:
    return in_japan(clock.now()).date()


def kept(issuer: Issuer) -> list[tuple[Days, date | None]]:
    return [(days_of(term), term.from_day) for term in terms_of(issuer)]


def acts(town: Town) -> list[str]:
    entries = AuditEntry.objects.of(town.issuer).filter(act__startswith="closing_term")
    return list(entries.order_by("id").values_list("act", flat=True))


@pytest.fixture(scope="module")
def town() -> Town:
    return make_town()


def test_a_new_issuer_closes_at_the_end_of_the_month() -> None:
    assert kept(make_town().issuer) == [(Days(31, 1, 31), None)]


def test_terms_are_added_changed_and_removed_on_record() -> None:
    town = make_town()
    assert add_term(by(town), Days(15, 0, 31), reason="要綱") == "added"
    assert kept(town.issuer) == [(Days(15, 0, 31), today()), (Days(), None)]
    assert change_term(by(town), 31, Days(31, 1, 15), reason="要綱") == "changed"
    assert kept(town.issuer)[1] == (Days(31, 1, 15), None)
    assert change_term(by(town), 31, Days(20, 1, 15), reason="要綱") == "changed"
    assert kept(town.issuer)[1] == (Days(20, 1, 15), today())
    assert remove_term(by(town), 15, reason="要綱") == "removed"
    assert kept(town.issuer) == [(Days(20, 1, 15), today())]
    assert acts(town) == [
        "closing_term_added",
        "closing_term_changed",
        "closing_term_changed",
        "closing_term_removed",
    ]
    last = AuditEntry.objects.of(town.issuer).order_by("id").last()
    assert last is not None
    assert last.before["closing_day"] == 15
    assert last.reason == "要綱"


def test_what_is_refused_changes_nothing(town: Town) -> None:
    before = kept(town.issuer)
    assert add_term(by(town), Days(), reason="要綱") == "taken"
    assert change_term(by(town), 31, Days(), reason="要綱") == "same"
    assert change_term(by(town), 5, Days(10, 1, 20), reason="要綱") == "gone"
    assert remove_term(by(town), 5, reason="要綱") == "gone"
    assert remove_term(by(town), 31, reason="要綱") == "last"
    for wrong in (Days(15, 0, 15), Days(28, 0, 27), Days(29, 1, 1), Days(1, 4, 1), Days(1, 1, 30)):
        with pytest.raises(IntegrityError):
            add_term(by(town), wrong, reason="要綱")
    assert kept(town.issuer) == before
    assert acts(town) == []


def test_a_term_cannot_become_another_one() -> None:
    town = make_town()
    add_term(by(town), Days(15, 1, 15), reason="要綱")
    before = kept(town.issuer)
    assert change_term(by(town), 15, Days(31, 2, 15), reason="要綱") == "taken"
    assert kept(town.issuer) == before


def test_an_issuer_that_the_version_before_made_closes_at_the_end_of_the_month() -> None:
    """It has no row; the first act gives it one."""
    town = make_town()
    ClosingTerm.objects.of(town.issuer).delete()
    assert kept(town.issuer) == [(Days(), None)]
    assert ClosingTerm.objects.of(town.issuer).count() == 0
    assert remove_term(by(town), 31, reason="要綱") == "last"
    assert add_term(by(town), Days(15, 1, 15), reason="要綱") == "added"
    assert [days for days, _ in kept(town.issuer)] == [Days(15, 1, 15), Days()]


def test_terms_are_those_of_their_issuer(town: Town) -> None:
    other = make_town()
    add_term(by(other), Days(10, 1, 20), reason="要綱")
    assert len(terms_of(other.issuer)) == 2
    assert len(terms_of(town.issuer)) == 1
