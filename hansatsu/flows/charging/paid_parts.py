"""What a resident paid for each lot of an order: the price, split over the product's parts.

Lots say it from the moment they are made (``product_lots``). Those of a version that did not say
are told here, by the migration and by the worker (ADR 0276).
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from psycopg import Connection

from hansatsu.database.arrays import integers
from hansatsu.ledger import api as ledger

_AT_ONCE = 2000
"""Issues, and wallets, that are told in one transaction."""

ORDER = "order:"
"""The beginning of the name under which an order asks the ledger for its value."""


def split_price(price: int, faces: Sequence[int]) -> list[int]:
    """The yen of ``price`` that were paid for each lot of a unit: floor(price × its face ÷ all
    faces), and the rest for the last lot.

    For no lot more than its face: what is too much for the last stands with the one before, and a
    price above all faces counts as these.
    """
    total = sum(faces)
    price = min(price, total)
    parts = [price * face // total for face in faces]
    rest = price - sum(parts)
    for place in reversed(range(len(faces))):
        more = min(rest, faces[place] - parts[place])
        parts[place] += more
        rest -= more
    return parts


def tell_unknown(connection: Connection[Any]) -> None:
    """Say of every lot of which it is not known what was paid for it: of an order's its share of
    the price, of what took over another lot that lot's, of all others nothing.

    Done in steps, each committed by itself when the connection is in no transaction. What is known
    stays as it is, so this may be called at any time.
    """
    while issues := ledger.unknown_paid(connection, _AT_ONCE):
        prices = _prices(connection, [_order_of(issue) for issue in issues])
        ledger.note_paid(connection, _shares(issues, prices))
    while ledger.follow_paid(connection, _AT_ONCE):
        pass


def _prices(connection: Connection[Any], orders: Sequence[int]) -> dict[int, int]:
    """The prices of orders, by id. Read by their table, which a migration has as well."""
    rows = connection.execute(
        "select o.id, o.price from charging_order as o where o.id = any (%s::bigint[])",
        [integers(orders)],
    )
    return dict(rows.fetchall())


def _order_of(issue: ledger.UnknownPaid) -> int:
    """The order that asked for an issue; 0, which is none's, when none did."""
    number = issue.actor.removeprefix(ORDER)
    return int(number) if number != issue.actor else 0


def _shares(
    issues: Iterable[ledger.UnknownPaid], prices: dict[int, int]
) -> Iterator[tuple[int, int, int]]:
    """Wallet, lot and yen of each lot."""
    for issue in issues:
        parts = split_price(prices.get(_order_of(issue), 0), issue.faces)
        for lot, yen in zip(issue.lots, parts, strict=True):
            yield issue.wallet_id, lot, yen
