"""What was paid for each lot of an order: its price, split, told when it is made or later."""

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.charging.models import Order
from hansatsu.flows.charging.paid_parts import split_price
from hansatsu.flows.charging.tasks import tell_paid_parts
from tests.flows.charging.shopper import FOLDER, Shopper, rows_of
from tests.support.by_hand import found_by

CHECK = FOLDER / "24_paid_by_orders.sql"


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=6), st.integers(0, 2 * 10**6))
def test_a_price_is_split_to_the_yen(faces: list[int], price: int) -> None:
    parts = split_price(price, faces)
    asked = min(price, sum(faces))
    assert sum(parts) == asked
    for part, face in zip(parts, faces, strict=True):
        assert asked * face // sum(faces) <= part <= face


@pytest.mark.parametrize(
    ("price", "faces", "parts"),
    [
        (10_000, [7_000, 5_000], [5833, 4167]),
        (10_000, [5_000, 8_000], [3846, 6154]),
        (12_000, [7_000, 5_000], [7_000, 5_000]),
        (1, [3, 3, 3], [0, 0, 1]),
        (8, [2, 2, 2, 2, 1], [1, 2, 2, 2, 1]),
        (0, [5, 5], [0, 0]),
        (10, [3, 3], [3, 3]),
    ],
)
def test_the_rest_is_the_last_lots(price: int, faces: list[int], parts: list[int]) -> None:
    """But for no lot more than its face, as where the last is one yen."""
    assert split_price(price, faces) == parts


@pytest.fixture(scope="module")
def shopper() -> Shopper:
    return Shopper()


@pytest.fixture(scope="module")
def order(shopper: Shopper) -> Order:
    return shopper.charged()[0]


def paid(order: Order) -> list[int | None]:
    """What was paid for the lots of an order."""
    rows = ledger_connection().execute(
        "select paid from ledger.lot where wallet_id = %s and made_seq = %s order by lot_id",
        [order.wallet_id, order.seq],
    )
    return [yen for (yen,) in rows]


def test_a_charged_order_says_it(order: Order) -> None:
    assert paid(order) == [3846, 6154]
    assert not any(order.number in row for row in rows_of(CHECK))


def test_what_the_version_before_made_is_told(
    shopper: Shopper, order: Order, owner_connection: psycopg.Connection
) -> None:
    """An order's lots get their share of the price, all others nothing; and what is told stays."""
    given_lot = shopper.town.charge(shopper.town.resident, shopper.town.all_shops, 500)
    owner_connection.execute(
        "update ledger.lot set paid = null where wallet_id = %s and made_seq in (%s, %s)",
        [order.wallet_id, order.seq, given_lot.seq],
    )
    assert paid(order) == [None, None]
    tell_paid_parts()
    tell_paid_parts()
    assert paid(order) == [3846, 6154]
    rows = ledger_connection().execute(
        "select paid from ledger.lot where wallet_id = %s and made_seq = %s",
        [given_lot.wallet_id, given_lot.seq],
    )
    assert rows.fetchall() == [(0,)]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("paid = paid - 1", "9998 yen were paid for its lots, and should be 10000"),
        ("paid = case when face = 5000 then 3845 else 6155 end", "less than its share of order"),
    ],
)
def test_a_wrong_share_is_named(
    order: Order, owner_connection: psycopg.Connection, change: str, named: str
) -> None:
    lots = f"where wallet_id = {order.wallet_id} and made_seq = {order.seq}"
    found = found_by(CHECK, owner_connection, f"update ledger.lot set {change} {lots}")
    assert any(named in row and order.number in row for row in found), found


def test_a_gift_that_says_it_was_paid_is_named(
    shopper: Shopper, owner_connection: psycopg.Connection
) -> None:
    gift = shopper.town.charge(shopper.town.resident, shopper.town.all_shops, 500)
    lot = f"where wallet_id = {gift.wallet_id} and made_seq = {gift.seq}"
    found = found_by(CHECK, owner_connection, f"update ledger.lot set paid = 1 {lot}")
    named = f"entry {gift.wallet_id}/{gift.seq} (test): 1 yen were paid"
    assert any(named in row for row in found), found
