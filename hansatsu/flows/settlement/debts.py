"""未収: what shops owe the issuer, since they gave back more than they took (domain.md §9).

It is carried into their next statements; of a shop that leaves it is collected or written off, by
an adjustment.
"""

from dataclasses import dataclass

from hansatsu.flows.settlement.models import Statement
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.shops.models import Shop


@dataclass(frozen=True, slots=True)
class Debt:
    """``yen`` that a shop owes by its last statement, positive; ``since`` is the first statement of
    those in a row that carried something."""

    shop: Shop
    yen: int
    last: Statement
    since: Statement


def debts_of(issuer: Issuer) -> list[Debt]:
    """All debts of an issuer's shops, the largest first."""
    newest = Statement.objects.of(issuer).order_by("shop_id", "-ends_at").distinct("shop_id")
    owing = Statement.objects.of(issuer).filter(pk__in=newest.values("pk"), carry__lt=0)
    found = [
        Debt(each.shop, -each.carry, each, _first_of(each))
        for each in owing.select_related("shop__issuer", "closing")
    ]
    return sorted(found, key=lambda debt: (-debt.yen, debt.shop.pk))


def debt_of(shop: Shop) -> int:
    """Yen that the shop owes by its last statement; 0 when it owes nothing."""
    last = Statement.objects.of(shop.issuer).filter(shop=shop).order_by("-ends_at").first()
    return -last.carry if last else 0


def _first_of(statement: Statement) -> Statement:
    """The first of the statements in a row, up to this one, that carried something."""
    before = Statement.objects.filter(shop_id=statement.shop_id, ends_at__lt=statement.ends_at)
    paid = before.filter(carry=0).order_by("-ends_at").first()
    row = before.filter(ends_at__gt=paid.ends_at) if paid else before
    return row.select_related("closing").order_by("ends_at").first() or statement
