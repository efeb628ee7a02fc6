"""What the database holds of a payout run, whoever writes."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, connection, transaction

from hansatsu.flows.settlement.models import Payable, PayoutRow, PayoutRun, RunFetch
from hansatsu.parties import clock
from hansatsu.parties.identity.models import Staff
from hansatsu.parties.shops import account_versions
from hansatsu.parties.shops.models import AccountVersion
from tests.support.clerks import employ
from tests.support.owed import owe
from tests.support.paying_out import ACCOUNT, deed
from tests.town import Town, make_town

pytestmark = pytest.mark.usefixtures("server")

DAY = date(2026, 12, 10)


class Runs:
    """Runs of a town, written by hand."""

    def __init__(self) -> None:
        self.town: Town = make_town()
        self.one: Staff = employ(self.town.issuer)
        self.other: Staff = employ(self.town.issuer)
        (self.payable,) = owe(self.town, {self.town.shop: 5_000})
        actor = deed(self.one).actor
        account_versions.enter(actor, self.town.shop, ACCOUNT, reason="試験")
        self.version = AccountVersion.objects.of(self.town.issuer).get()

    def write(self, payable: Payable | None = None, **fields: Any) -> PayoutRun:
        """A run that pays one payable."""
        payable = payable or self.payable
        values: dict[str, Any] = {
            "number": PayoutRun.objects.of(self.town.issuer).count() + 1,
            "pay_on": DAY,
            "hand_in_by": DAY,
            "count": 1,
            "total": payable.yen,
            "originator": {},
            "file_name": "file",
            "file_sha256": "0" * 64,
            "sealed_file": b"sealed",
            "prepared_by": self.one,
            "prepared_at": clock.now(),
        }
        with transaction.atomic():
            run = PayoutRun.objects.create(issuer=self.town.issuer, **(values | fields))
            self.add(run, payable)
            with connection.cursor() as cursor:
                cursor.execute("set constraints all immediate; set constraints all deferred")
        return run

    def add(self, run: PayoutRun, payable: Payable, **fields: Any) -> PayoutRow:
        """A row of it."""
        values: dict[str, Any] = {
            "yen": payable.yen,
            "net_yen": payable.yen,
            "new_code": "0",
            "place": 1,
        }
        values |= {"account_version": self.version}
        return PayoutRow.objects.create(
            issuer=run.issuer,
            run=run,
            payable=payable,
            account="sealed",
            payee="ﾐｾ",
            **(values | fields),
        )


@pytest.fixture(autouse=True)
def undone(server: object) -> Iterator[None]:
    """What is written by hand is not what the books say: none of it stays."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def runs(undone: None) -> Runs:
    return Runs()


def refused(what: Any) -> str:
    """What the database says to it."""
    with pytest.raises((IntegrityError, InternalError)) as error, transaction.atomic():
        what()
    return str(error.value)


def test_a_payable_stands_in_one_open_run() -> None:
    runs = Runs()
    runs.write()
    assert "payout_row_one_open_a_payable" in refused(runs.write)


def test_a_run_is_the_sum_of_its_rows(runs: Runs) -> None:
    (payable,) = owe(runs.town, {runs.town.large_shop: 700})
    assert "sum of its rows" in refused(lambda: runs.write(payable, total=701))
    assert "sum of its rows" in refused(lambda: runs.write(payable, count=2))
    run = runs.write(payable)
    assert "sum of its rows" in refused(lambda: runs.add(run, runs.payable, place=2))


def test_nobody_approves_what_they_prepared(runs: Runs) -> None:
    (payable,) = owe(runs.town, {runs.town.shop: 300})
    run = runs.write(payable)
    approved = {"state": "approved", "approved_at": clock.now()}

    def approve(by: Staff) -> None:
        PayoutRun.objects.filter(pk=run.pk).update(approved_by=by, **approved)

    assert "payout_run_approved_by_another" in refused(lambda: approve(runs.one))
    approve(runs.other)
    third = employ(runs.town.issuer)
    assert "never changes" in refused(lambda: approve(third))


def test_what_a_run_pays_never_changes(runs: Runs) -> None:
    (payable,) = owe(runs.town, {runs.town.shop: 400})
    run = runs.write(payable)
    rows = PayoutRow.objects.filter(run=run)
    for change in ({"net_yen": 399, "transfer_fee": 1}, {"account": "another"}, {"payee": "ﾎｶ"}):
        assert "never changes" in refused(lambda change=change: rows.update(**change))
    run_rows = PayoutRun.objects.filter(pk=run.pk)
    assert "never changes" in refused(lambda: run_rows.update(sealed_file=b"another"))
    assert "never deleted" in refused(rows.delete)


def test_what_was_noted_of_a_row_stays(runs: Runs) -> None:
    (payable,) = owe(runs.town, {runs.town.shop: 500})
    rows = PayoutRow.objects.filter(run=runs.write(payable))
    assert "payout_row_outcome_whole" in refused(lambda: rows.update(outcome="failed"))
    paid = {"outcome": "paid", "released_at": clock.now()}
    assert "payout_row_outcome_whole" in refused(lambda: rows.update(**paid))
    rows.update(outcome="failed", failed_reason="口座名義相違")
    back = {"returned_on": DAY, "returned_noted_by": runs.one, "released_at": clock.now()}
    assert "payout_row_returned_whole" in refused(lambda: rows.update(returned_yen=501, **back))
    rows.update(returned_yen=500, **back)
    assert "never changes" in refused(lambda: rows.update(released_at=None))


def test_nobody_fetches_a_file_twice(runs: Runs) -> None:
    (payable,) = owe(runs.town, {runs.town.shop: 600})
    run = runs.write(payable)

    def fetch() -> None:
        RunFetch.objects.create(issuer=run.issuer, run=run, by=runs.one, at=clock.now())

    fetch()
    assert "run_fetch_once_a_person" in refused(fetch)


def test_a_run_of_another_issuer_pays_nothing_of_ours(runs: Runs) -> None:
    other = Runs()
    assert "same_issuer" in refused(lambda: other.write(runs.payable))
