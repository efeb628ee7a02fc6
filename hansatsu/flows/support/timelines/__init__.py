"""The story of a resident, a shop, a payment, an order, a card: everything that is on record,
newest first, in one query each."""

from hansatsu.flows.support.timelines.reading import (
    FIRST,
    Cursor,
    Row,
    Timeline,
    card_timeline,
    order_timeline,
    payment_timeline,
    read_cursor,
    resident_timeline,
    shop_timeline,
)

__all__ = [
    "FIRST",
    "Cursor",
    "Row",
    "Timeline",
    "card_timeline",
    "order_timeline",
    "payment_timeline",
    "read_cursor",
    "resident_timeline",
    "shop_timeline",
]
