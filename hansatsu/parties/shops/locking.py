"""Shops' rows, locked: code that opens or ends what shops take holds these first.

Order of locks: shops' rows ascending, then the ledger's, shops ascending.
"""

from collections.abc import Iterable

from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.shops.models import Shop


def lock_shop(shop: Shop) -> Shop:
    """The shop as it is now, for the rest of the caller's transaction."""
    return lock_ids(shop.issuer, [shop.pk])[shop.pk]


def lock_ids(issuer: Issuer, ids: Iterable[int], *, to_remove: bool = False) -> dict[int, Shop]:
    """Shops as they are now, by their ids, for the rest of the caller's transaction. ``to_remove``:
    nothing new may point to them either, such as a terminal that is being added."""
    rows = Shop.objects.of(issuer).select_for_update(no_key=not to_remove)
    return {shop.pk: shop for shop in rows.filter(pk__in=list(ids)).order_by("pk")}
