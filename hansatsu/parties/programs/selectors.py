"""Names of emoneys, and what can be bought."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from hansatsu.database.rows import rows_of
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.programs.models import Emoney, Product, Sale


def emoneys(issuer: Issuer) -> list[Emoney]:
    """The issuer's emoneys, in the order they were made."""
    return rows_of(Emoney, "where t.issuer_id = %s order by t.id", issuer.pk)


def emoney_names(issuer: Issuer) -> dict[int, str]:
    """Each emoney's name in the active language, by its id."""
    return {emoney.pk: emoney.local_name for emoney in emoneys(issuer)}


def yen_of_each(values: Iterable[tuple[Emoney, int]]) -> list[str]:
    """Yen of each emoney as the record of acts keeps them: 全店共通 5,000円."""
    return [f"{emoney.name} {amount:,}円" for emoney, amount in values]


def going_sales(issuer: Issuer, now: datetime) -> list[Sale]:
    """The issuer's sales that are not over, those that have not begun among them."""
    return list(Sale.objects.of(issuer).exclude(closes_at__lte=now))


def offered(sale: Sale) -> "QuerySet[Product]":
    """The products of a sale that were not withdrawn, by units; with what they hold."""
    found = Product.objects.of(sale.issuer).filter(sale=sale, withdrawn_at=None)
    return found.order_by("units").prefetch_related("parts__emoney")
