"""Products that staff take back or change because they are wrong, while nobody has bought them.

What orders point to is never changed: a changed product is another one in the place of the first,
which is withdrawn in the same transaction. A buyer who begins locks the product's row against
being withdrawn (``still_offered``), and staff who withdraw it wait for those.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from hansatsu.flows.charging.models import Order, OrderState
from hansatsu.parties import clock
from hansatsu.parties.issuers.audit import Actor, Value, audit
from hansatsu.parties.programs.models import Emoney, Product, Sale
from hansatsu.parties.programs.selectors import offered, yen_of_each
from hansatsu.parties.programs.services import Expiry, open_product

NOT_BOUGHT = (OrderState.LAPSED, OrderState.CANCELLED, OrderState.FAILED)
"""How an order ends of which nothing came. Money that comes for it after that goes back."""


@dataclass(frozen=True, slots=True)
class NewProduct:
    """What stands in the place of a product; ``price`` and ``parts`` in yen, for all its units."""

    name: str
    name_en: str
    price: int
    parts: Mapping[Emoney, int]
    expiry: Expiry


def unbought(sale: Sale) -> "QuerySet[Product]":
    """The products of a sale that can still be withdrawn, by units."""
    buying = Order.objects.filter(product=OuterRef("pk")).exclude(state__in=NOT_BOUGHT)
    return offered(sale).exclude(Exists(buying))


def withdraw(by: Actor, products: Sequence[Product], *, reason: str) -> bool:
    """Take products of a sale back; False, and none of them is, when somebody buys or has bought
    one of them, or it is withdrawn already."""
    with transaction.atomic():
        if not _lock(products):
            return False
        for product in products:
            Product.objects.filter(pk=product.pk).update(withdrawn_at=clock.now())
            subject, was = f"product:{product.pk}", product_facts(product)
            audit(by, "product_withdrawn", subject, reason=reason, before=was)
    return True


def change_product(by: Actor, product: Product, new: NewProduct, *, reason: str) -> Product | None:
    """Put ``new`` in the product's place, as many units in the same sale. None, and nothing
    changes, when somebody buys or has bought it, or it is withdrawn.

    Raises:
        django.core.exceptions.ValidationError: as ``programs.services.open_product``.
    """
    with transaction.atomic():
        if not _lock([product]):
            return None
        Product.objects.filter(pk=product.pk).update(withdrawn_at=clock.now())
        made = open_product(
            product.sale,
            name=new.name,
            name_en=new.name_en,
            units=product.units,
            price=new.price,
            parts=new.parts,
            expiry=new.expiry,
        )
        audit(
            by,
            "product_changed",
            f"product:{made.pk}",
            reason=reason,
            before=product_facts(product),
            after=product_facts(made),
        )
    return made


def still_offered(product: Product) -> bool:
    """True when it can be bought; it stays so for the rest of the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select withdrawn_at is null from programs_product where id = %s for key share",
            [product.pk],
        )
        (offered_now,) = cursor.fetchone()
    return bool(offered_now)


def product_facts(product: Product) -> dict[str, Value]:
    """What the record of acts says of it."""
    parts = product.parts.select_related("emoney")
    return {
        "name": product.name,
        "units": product.units,
        "price": product.price,
        "parts": yen_of_each((each.emoney, each.amount) for each in parts),
        "expires_on": product.expires_on.isoformat() if product.expires_on else None,
        "months": product.months,
    }


def _lock(products: Sequence[Product]) -> bool:
    """Lock them against being bought; whether all of them are offered and nobody's."""
    numbers = [product.pk for product in products]
    rows = Product.objects.select_for_update().filter(pk__in=numbers).order_by("pk")
    if any(row.withdrawn_at is not None for row in rows):
        return False
    return not Order.objects.filter(product__in=numbers).exclude(state__in=NOT_BOUGHT).exists()
