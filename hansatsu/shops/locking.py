"""Shops' rows, locked: whoever opens or ends what shops take holds these first.

Order of locks: shops' rows ascending, then the ledger's, shops ascending.
"""

from collections.abc import Iterable

from hansatsu.issuers.models import Issuer
from hansatsu.shops.models import Shop


def lock_shop(shop: Shop) -> Shop:
    """The shop as it is now, for the rest of the caller's transaction."""
    return lock_shops([shop])[0]


def lock_shops(shops: Iterable[Shop]) -> list[Shop]:
    """Shops as they are now, for the rest of the caller's transaction."""
    rows = Shop.objects.select_for_update(no_key=True)
    return list(rows.filter(pk__in=[shop.pk for shop in shops]).order_by("pk"))


def lock_ids(issuer: Issuer, ids: Iterable[int], *, to_remove: bool = False) -> dict[int, Shop]:
    """As ``lock_shops``, by their ids. ``to_remove``: nothing new may point to them either, such
    as a terminal that is being added."""
    rows = Shop.objects.of(issuer).select_for_update(no_key=not to_remove)
    return {shop.pk: shop for shop in rows.filter(pk__in=list(ids)).order_by("pk")}
