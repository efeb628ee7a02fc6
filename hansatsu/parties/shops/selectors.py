"""Finding shops: the list 使えるお店, and the shop behind a poster."""

from dataclasses import dataclass

from django.db.models import Q

from hansatsu.database.arrays import integers
from hansatsu.database.connections import ledger_connection
from hansatsu.database.rows import rows_of
from hansatsu.ledger import api as ledger
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.programs.selectors import emoney_names
from hansatsu.parties.shops.models import Shop


@dataclass(frozen=True, slots=True)
class ListedShop:
    """A shop as residents see it. ``takes`` are the names of the emoneys it takes now."""

    code: str
    name: str
    name_kana: str
    area: str
    category: str
    address: str
    phone: str
    takes: tuple[str, ...]


def find_shop(issuer: Issuer, code: str) -> Shop | None:
    """The issuer's open shop with this code (letters of either case), or None."""
    if not code.isalnum():
        return None
    shops = Shop.objects.of(issuer).select_related("area", "category")
    return shops.filter(code=code.upper(), open=True).first()


def list_shops(
    issuer: Issuer,
    *,
    words: str = "",
    area_id: int | None = None,
    category_id: int | None = None,
    emoney_id: int | None = None,
) -> list[ListedShop]:
    """The issuer's open shops, by area and then code, narrowed by what is given.

    Args:
        issuer: whose shops.
        words: parts of a name, its kana, its English or its address; all must be found.
        area_id: only this area.
        category_id: only this category.
        emoney_id: only shops that take this emoney now.
    """
    names = emoney_names(issuer)
    takes = ledger.takes(ledger_connection(), issuer.pk)
    query = Shop.objects.of(issuer).filter(open=True).select_related("area", "category")
    for word in words.replace("\0", " ").split():
        query = query.filter(
            Q(name__icontains=word)
            | Q(name_kana__icontains=word)
            | Q(name_en__icontains=word)
            | Q(address__icontains=word)
        )
    if area_id is not None:
        query = query.filter(area_id=area_id)
    if category_id is not None:
        query = query.filter(category_id=category_id)
    return [
        ListedShop(
            code=shop.code,
            name=shop.local_name,
            name_kana=shop.name_kana,
            area=shop.area.local_name,
            category=shop.category.local_name,
            address=shop.address,
            phone=shop.phone,
            takes=tuple(names[each] for each in sorted(takes.get(shop.pk, []))),
        )
        for shop in query.order_by("area__order", "area_id", "code")
        if emoney_id is None or emoney_id in takes.get(shop.pk, [])
    ]


def shop_names(issuer: Issuer, shop_ids: set[int]) -> dict[int, str]:
    """Each shop's name in the active language, by its id; closed shops too."""
    where = "where t.issuer_id = %s and t.id = any (%s::bigint[])"
    shops = rows_of(Shop, where, issuer.pk, integers(shop_ids)) if shop_ids else []
    return {shop.pk: shop.local_name for shop in shops}
