"""Two people at the same moment. Each race is shown first with the lock off: then the database is
what stops the second, and not an answer in words."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any
from unittest import mock

import pytest
from django.db import IntegrityError
from django.db.models import QuerySet

from hansatsu.flows.settlement.models import Payable, PayoutRun
from hansatsu.flows.settlement.payouts import approving, handing_over, marking, preparing
from hansatsu.flows.settlement.payouts.choosing import Preview, preview
from hansatsu.parties.issuers.models import AuditEntry
from hansatsu.parties.shops import account_versions
from tests.support.paying_out import OTHER, Office, deed, on
from tests.support.racing import race

pytestmark = pytest.mark.usefixtures("server")

REFUSED = "by the database"


@pytest.fixture
def office() -> Office:
    office = Office()
    office.owe({office.town.shop: 5_000})
    return office


@contextmanager
def unlocked(*modules: ModuleType) -> Iterator[None]:
    """As if nobody locked a run: two have read it before one goes on."""
    both_have_read = threading.Barrier(2, timeout=60)

    def read(run: PayoutRun) -> PayoutRun:
        row = PayoutRun.objects.select_related("issuer").get(pk=run.pk)
        both_have_read.wait()
        return row

    patches = [mock.patch.object(module, "locked_run", read) for module in modules]
    for patch in patches:
        patch.start()
    try:
        yield
    finally:
        mock.patch.stopall()


def both(*acts: Callable[[], str]) -> list[str]:
    """What two are told who act at once."""

    def act(place: int) -> str:
        try:
            return acts[place]()
        except IntegrityError:
            return REFUSED

    return race(act, 2)


def acts(office: Office, act: str) -> int:
    return AuditEntry.objects.of(office.issuer).filter(act=act).count()


def state(run: PayoutRun) -> str:
    return PayoutRun.objects.get(pk=run.pk).state


def payables(office: Office) -> list[str]:
    return [each.state for each in Payable.objects.of(office.issuer)]


class TestApproving:
    def approvals(self, office: Office) -> list[str]:
        run = office.prepared()
        return both(lambda: office.approve(run), lambda: office.approve(run, office.eyes))

    def test_one_of_two(self, office: Office) -> None:
        assert Counter(self.approvals(office)) == {"": 1, "decided": 1}
        assert acts(office, "run_approved") == 1

    def test_negative_control(self, office: Office) -> None:
        with unlocked(approving):
            assert Counter(self.approvals(office)) == {"": 1, REFUSED: 1}
        assert acts(office, "run_approved") == 1


class TestDroppedWhileApproved:
    def outcomes(self, office: Office) -> tuple[PayoutRun, list[str]]:
        run = office.prepared()
        by = office.clerk
        said = both(lambda: office.approve(run), lambda: approving.drop(deed(by), by, run))
        return run, said

    def test_nothing_of_it_is_paid(self, office: Office) -> None:
        run, said = self.outcomes(office)
        assert said in (["", ""], ["decided", ""])
        assert (state(run), payables(office)) == ("dropped", ["waiting"])

    def test_negative_control(self, office: Office) -> None:
        """The approval may be the second to write: it would bring a dropped run to the bank."""
        with unlocked(approving):
            run, said = self.outcomes(office)
        assert said in (["", ""], [REFUSED, ""])
        assert state(run) == "dropped"


class TestDroppedWhileHandedOver:
    def outcomes(self, office: Office, run: PayoutRun) -> list[str]:
        by = office.clerk
        return both(lambda: office.fetch(run).refusal, lambda: approving.drop(deed(by), by, run))

    def test_one_of_both(self, office: Office) -> None:
        run = office.approved()
        said = self.outcomes(office, run)
        assert (said, state(run), payables(office)) in (
            (["", "handed_over"], "handed_over", ["in_run"]),
            (["not_approved", ""], "dropped", ["waiting"]),
        )

    def test_negative_control(self, office: Office) -> None:
        run = office.approved()
        with unlocked(approving, handing_over):
            said = self.outcomes(office, run)
        assert sorted(said) == ["", REFUSED]
        assert run.fetches.count() == (1 if state(run) == "handed_over" else 0)


class TestMarking:
    def marks(self, office: Office) -> list[str]:
        run = office.handed_over()
        with on(run.pay_on):
            return both(
                *(
                    lambda by=by: marking.mark_paid(deed(by), by, run)  # type: ignore[misc]
                    for by in (office.clerk, office.owner)
                )
            )

    def test_once(self, office: Office) -> None:
        assert Counter(self.marks(office)) == {"": 1, "marked": 1}
        assert acts(office, "run_paid") == 1

    def test_negative_control(self, office: Office) -> None:
        with unlocked(marking):
            assert Counter(self.marks(office)) == {"": 1, REFUSED: 1}


class TestPreparing:
    def made(self, office: Office) -> list[str]:
        day, by = office.day, office.clerk
        shown = preview(office.issuer, day, with_refunds=False).digest

        def prepare() -> str:
            made = preparing.prepare(deed(by), by, day, with_refunds=False, shown=shown)
            return made.outcome

        return both(prepare, prepare)

    def test_twice_at_once_makes_one_run(self, office: Office) -> None:
        assert Counter(self.made(office)) == {"prepared": 1, "changed": 1}
        assert PayoutRun.objects.of(office.issuer).count() == 1

    def test_negative_control(self, office: Office) -> None:
        both_have_looked = threading.Barrier(2, timeout=60)

        def looked(*args: Any, **more: Any) -> Preview:
            found = preview(*args, **more)
            both_have_looked.wait()
            return found

        def unheld(rows: "QuerySet[Any]", **_how: Any) -> "QuerySet[Any]":
            return rows

        with (
            mock.patch.object(QuerySet, "select_for_update", unheld),
            mock.patch.object(preparing, "preview", looked),
        ):
            assert Counter(self.made(office)) == {"prepared": 1, REFUSED: 1}
        assert PayoutRun.objects.of(office.issuer).count() == 1


class TestAccountThatChanges:
    """While the file is handed over, another account of a shop is approved."""

    def enter(self, office: Office) -> Callable[[], str]:
        actor = deed(office.hand).actor
        account_versions.enter(actor, office.town.shop, OTHER, reason="試験")
        version = account_versions.entered(office.issuer, [office.town.shop.pk])
        (entered,) = version.values()
        return lambda: account_versions.approve(deed(office.eyes), entered)

    def test_one_comes_after_the_other(self, office: Office) -> None:
        run = office.approved()
        said = both(lambda: office.fetch(run).refusal, self.enter(office))
        run.refresh_from_db()
        if said == ["", ""]:
            (version,) = account_versions.to_pay(office.issuer, [office.town.shop.pk]).values()
            assert run.handed_over_at is not None
            assert version.decided_at is not None
            assert run.handed_over_at <= version.decided_at
        else:
            assert (said, run.state) == (["stale", ""], "approved")

    def test_negative_control(self, office: Office) -> None:
        """Nobody holds the shops: the account changes between the look and the file."""
        run = office.approved()
        approve = self.enter(office)
        look = handing_over.stale_rows

        def slow(row: PayoutRun) -> Any:
            found = look(row)
            assert race(lambda _place: approve(), 1) == [""]
            return found

        with (
            mock.patch.object(handing_over, "hold_shops"),
            mock.patch.object(handing_over, "stale_rows", slow),
        ):
            assert office.fetch(run).refusal == ""
        run.refresh_from_db()
        (version,) = account_versions.to_pay(office.issuer, [office.town.shop.pk]).values()
        assert version.decided_at is not None
        assert run.handed_over_at is not None
        assert version.decided_at < run.handed_over_at
