"""What a product gives: its parts as lots."""

from datetime import datetime

from hansatsu.ledger import api as ledger
from hansatsu.parties.programs.expiry import expires_at_of
from hansatsu.parties.programs.models import Product


def lots_of(product: Product, bought_at: datetime) -> tuple[ledger.NewLot, ...]:
    """The lots to be issued for a purchase, a lot each part, in the order of the parts."""
    expires_at = expires_at_of(product, bought_at)
    return tuple(
        ledger.NewLot(part.emoney_id, part.amount, expires_at) for part in product.parts.all()
    )
