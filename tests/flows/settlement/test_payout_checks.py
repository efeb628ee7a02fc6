"""What `hansatsu verify` finds of payout runs, each fault planted."""

import psycopg
import pytest

from hansatsu.flows.settlement.models import PayoutRun
from hansatsu.flows.settlement.payouts.approving import drop
from tests.support.by_hand import found_by
from tests.support.check_folders import check_folder
from tests.support.paying_out import Office, deed

CHECK = check_folder("flows/settlement") / "75_payouts.sql"
TABLES = ("settlement_payoutrun", "settlement_payoutrow", "settlement_payable")


@pytest.fixture(scope="module")
def runs(server: object) -> tuple[PayoutRun, PayoutRun]:
    """A run with a paid and a failed row, and one that waits; another was dropped."""
    office = Office()
    office.owe({office.town.shop: 5_000, office.town.large_shop: 700})
    dropped = office.prepared()
    drop(deed(office.clerk), office.clerk, dropped)
    paid = office.paid({1: "口座名義相違"})
    office.owe({office.town.large_shop: 30})
    return paid, office.prepared()


def of(run: PayoutRun, found: list[str]) -> list[str]:
    """What is said of its issuer."""
    return [row for row in found if row.startswith(f"issuer {run.issuer_id}:")]


def test_all_is_well(
    runs: tuple[PayoutRun, PayoutRun], owner_connection: psycopg.Connection
) -> None:
    assert of(runs[0], found_by(CHECK, owner_connection)) == []


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("update settlement_payoutrun set total = total + 1 where id = {run}", "of 5700 yen"),
        ("update settlement_payoutrun set count = 3 where id = {run}", "tells 3 transfers"),
        (
            "update settlement_payable set state = 'paid', paid_at = now() where state = 'in_run'"
            " and id = (select payable_id from settlement_payoutrow where run_id = {waits})",
            "paid by 0 rows, on its way in 1",
        ),
        (
            "update settlement_payable set state = 'waiting', paid_at = null where id ="
            " (select payable_id from settlement_payoutrow where run_id = {run} and place = 2)",
            "paid by 1 rows, on its way in 0",
        ),
        (
            "update settlement_payoutrow set payable_id = (select payable_id from"
            " settlement_payoutrow where run_id = {run} and place = 2), released_at = null"
            " where run_id = {waits}",
            "are owed",
        ),
        ("update settlement_payoutrow set outcome = 'paid' where run_id = {waits}", '"paid"'),
        ("delete from settlement_runfetch where run_id = {run}", "was fetched 0 times"),
    ],
)
def test_a_fault_is_found(
    runs: tuple[PayoutRun, PayoutRun],
    owner_connection: psycopg.Connection,
    what: str,
    said: str,
) -> None:
    paid, waits = runs
    found = found_by(
        CHECK,
        owner_connection,
        "alter table settlement_payoutrow drop constraint if exists payout_row_adds_up",
        "drop index payout_row_one_open_a_payable",
        what.format(run=paid.pk, waits=waits.pk),
        unguarded=(*TABLES, "settlement_runfetch"),
    )
    assert [row for row in of(paid, found) if said in row] != [], found
