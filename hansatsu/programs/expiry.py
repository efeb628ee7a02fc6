"""Until when value that is bought can be spent."""

from datetime import date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from hansatsu.programs.models import ExpiryRule, Product
from hansatsu.wallets.japan import JAPAN, in_japan


def last_day_of(product: Product, bought_at: datetime) -> date | None:
    """有効期限 of what is bought at ``bought_at``: its last day in Japan, None for なし.

    Six months from 25 November end on 24 May: value that can only be spent *within* six months is
    exempt from deposits (domain.md §3), and a day more would not be.
    """
    if product.expiry_rule == ExpiryRule.FIXED:
        return product.expires_on
    if product.expiry_rule == ExpiryRule.MONTHS and product.months is not None:
        months = relativedelta(months=product.months)
        return in_japan(bought_at).date() + months - timedelta(days=1)
    return None


def expires_at_of(product: Product, bought_at: datetime) -> datetime | None:
    """The same as the ledger keeps it: the first moment after that day."""
    last_day = last_day_of(product, bought_at)
    return None if last_day is None else start_of(last_day + timedelta(days=1))


def start_of(day: date) -> datetime:
    """Midnight in Japan at which ``day`` begins."""
    return datetime.combine(day, time(), JAPAN)
