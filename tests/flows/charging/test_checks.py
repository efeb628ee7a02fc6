"""hansatsu verify holds orders and money against the ledger: what is changed by hand is named."""

import json
import subprocess
import sys

import psycopg
import pytest

from hansatsu.flows.charging.models import Order
from hansatsu.ledger.checks import checks_in_order
from hansatsu.parties.seals.bank_accounts import BankAccount
from tests.flows.charging.shopper import Shopper, asked_for_account, ready_for_transfer, rows_of
from tests.support.by_hand import changed, found_by
from tests.support.check_folders import check_folder

ACCOUNT = BankAccount("0517", "001", "1", "7654321", "ｵﾔﾏ ﾊﾅｺ")
FOLDER = check_folder("flows/charging")
NAMES = [path.stem for path in checks_in_order([FOLDER])]


def named(check: str, word: str) -> bool:
    return any(word in row for row in rows_of(FOLDER / f"{check}.sql"))


@pytest.fixture(scope="module")
def shopper() -> Shopper:
    return Shopper()


@pytest.fixture(scope="module")
def order(shopper: Shopper) -> Order:
    charged, payment = shopper.charged()
    shopper.tell("disputed", charged, payment)
    shopper.tell("dispute_won", charged, payment)
    return shopper.charged()[0]


def test_nothing_is_wrong_before(order: Order) -> None:
    assert NAMES == [
        "20_orders_issued_once",
        "21_money_accounted_for",
        "22_codes_held_and_used",
        "23_owners",
        "24_paid_by_orders",
    ]
    assert not any(named(check, order.number) for check in NAMES)


@pytest.mark.parametrize(
    ("check", "change"),
    [
        (
            "20_orders_issued_once",
            "update charging_order set state = 'paid', seq = null, wallet_id = null where id = {0}",
        ),
        ("20_orders_issued_once", "update charging_order set seq = seq + 1000 where id = {0}"),
        ("20_orders_issued_once", "update charging_order set state = 'reversed' where id = {0}"),
        (
            "21_money_accounted_for",
            "update charging_providerpayment set amount = amount + 1 where order_id = {0}",
        ),
        (
            "21_money_accounted_for",
            "update charging_providerpayment set refunded = amount where order_id = {0}",
        ),
        (
            "21_money_accounted_for",
            "update charging_providerpayment set disputed = amount where order_id = {0}",
        ),
        (
            "21_money_accounted_for",
            "update charging_providerpayment set role = 'double' where order_id = {0}",
        ),
    ],
)
def test_changed_order_is_named(order: Order, check: str, change: str) -> None:
    with changed(change.format(order.pk)):
        assert named(check, order.number)


def test_order_that_nobody_has_is_named(order: Order, owner_connection: psycopg.Connection) -> None:
    check = (FOLDER / "20_orders_issued_once.sql").read_bytes()
    with owner_connection.transaction(force_rollback=True):
        owner_connection.execute(
            "update ledger.entry set actor = 'order:999999999' where wallet_id = %s and seq = %s",
            [order.wallet_id, order.seq],
        )
        rows = [row[0] for row in owner_connection.execute(check).fetchall()]
    assert any(row.startswith("order order:999999999 (unknown)") for row in rows)
    assert any(row.startswith(f"order {order.number} (charged)") for row in rows)


def test_forgotten_money_is_named(shopper: Shopper) -> None:
    task = asked_for_account(shopper)
    with changed(f"update charging_task set state = 'done' where id = {task.pk}"):
        assert named("21_money_accounted_for", task.order.number)


@pytest.mark.parametrize(
    "change",
    [
        "update charging_transfer set state = 'paid', paid_at = now() where task_id = {0}",
        "update charging_task set state = 'giving', refund = 'part' where id = {0}",
    ],
)
def test_money_whose_task_is_at_its_end_is_named(shopper: Shopper, change: str) -> None:
    """The task is about another part of the payment, which has arrived."""
    task = asked_for_account(shopper)
    payment = task.payment.payment_id
    shopper.tell("refunded", task.order, payment, amount=3_000, about="part")
    ready_for_transfer(shopper, ACCOUNT, task)
    assert not named("21_money_accounted_for", task.order.number)
    with changed(change.format(task.pk)):
        assert named("21_money_accounted_for", task.order.number)


@pytest.mark.parametrize(
    "change",
    [
        "update programs_purchasecode set state = 'free', units_used = 0 where id = {0}",
        "update charging_order set units = units + 1 where purchase_code_id = {0}",
    ],
)
def test_changed_code_is_named(
    order: Order, owner_connection: psycopg.Connection, change: str
) -> None:
    code = order.purchase_code_id
    check = FOLDER / "22_codes_held_and_used.sql"
    changes = change.format(code)
    rows = found_by(check, owner_connection, changes, unguarded=["charging_order"])
    assert any(f"purchase code {code}:" in row for row in rows)


def test_command_runs_them(order: Order, application_environment: dict[str, str]) -> None:
    said = subprocess.run(
        [sys.executable, "-m", "hansatsu.cli", "verify", "--json"],
        env=application_environment,
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    names = [path.stem for path in checks_in_order()]
    assert set(NAMES) < set(names)
    assert [check["name"] for check in json.loads(said)["checks"]] == names
