"""What a product gives: its parts as lots."""

from datetime import datetime

from hansatsu.flows.charging.paid_parts import split_price
from hansatsu.ledger import api as ledger
from hansatsu.parties.programs.expiry import expires_at_of
from hansatsu.parties.programs.models import Product


def lots_of(product: Product, price: int, bought_at: datetime) -> tuple[ledger.NewLot, ...]:
    """The lots to be issued for a purchase at ``price`` yen, a lot each part, in the order of the
    parts; each says what of the price was paid for it."""
    expires_at = expires_at_of(product, bought_at)
    parts = list(product.parts.all())
    paid = split_price(price, [part.amount for part in parts])
    return tuple(
        ledger.NewLot(part.emoney_id, part.amount, expires_at, yen)
        for part, yen in zip(parts, paid, strict=True)
    )
