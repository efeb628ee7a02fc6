"""Until when value that is bought can be spent."""

from datetime import date, datetime

from hansatsu.formats.japan import expires_at_after, in_japan, last_day_after
from hansatsu.parties.programs.models import ExpiryRule, Product


def last_day_of(product: Product, bought_at: datetime) -> date | None:
    """有効期限 of what is bought at ``bought_at``: its last day in Japan, None for なし."""
    if product.expiry_rule == ExpiryRule.FIXED:
        return product.expires_on
    if product.expiry_rule == ExpiryRule.MONTHS and product.months is not None:
        return last_day_after(in_japan(bought_at).date(), product.months)
    return None


def expires_at_of(product: Product, bought_at: datetime) -> datetime | None:
    """The same as the ledger keeps it: the first moment after that day."""
    return expires_at_after(last_day_of(product, bought_at))
