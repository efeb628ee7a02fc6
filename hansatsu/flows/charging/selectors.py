"""What pages ask about products and orders."""

from dataclasses import dataclass
from datetime import date, datetime

from hansatsu.database.connections import ledger_connection
from hansatsu.flows.charging.konbini import Steps, store_steps
from hansatsu.flows.charging.models import (
    UNPAID,
    Checkout,
    Order,
    OrderState,
    PaymentRole,
    ProviderPayment,
)
from hansatsu.formats.japan import in_japan
from hansatsu.parties import clock
from hansatsu.parties.identity.models import Resident
from hansatsu.parties.issuers.models import Issuer
from hansatsu.parties.programs.expiry import last_day_of
from hansatsu.parties.programs.models import Product


@dataclass(frozen=True, slots=True)
class Part:
    """A line of セット内容内訳: an emoney's name and yen."""

    name: str
    amount: int


@dataclass(frozen=True, slots=True)
class ProductView:
    """A product as it is shown before buying; ``expires_on`` is the last day if it were charged
    now, None for なし."""

    product: Product
    parts: tuple[Part, ...]
    total: int
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class KonbiniSlip:
    """How an order is paid at a store."""

    stores: tuple[Steps, ...]
    page: str


def sells(issuer: Issuer) -> bool:
    """True when anything can be bought at the issuer."""
    found = ledger_connection().execute(
        "select 1 from charging_provideraccount where issuer_id = %s and active", [issuer.pk]
    )
    return found.fetchone() is not None


def products_on_sale(issuer: Issuer) -> list[ProductView]:
    """What can be bought now, by sale and units."""
    now = clock.now()
    found = (
        Product.objects.of(issuer)
        .filter(sale__opens_at__lte=now, withdrawn_at=None)
        .exclude(sale__closes_at__lte=now)
        .select_related("sale")
        .prefetch_related("parts__emoney")
    )
    return [_view(product, now) for product in found]


def product_on_sale(issuer: Issuer, product_id: int) -> ProductView | None:
    """One of them."""
    return next((v for v in products_on_sale(issuer) if v.product.pk == product_id), None)


def unpaid_orders(resident: Resident) -> list[Order]:
    """What the resident has begun to buy and not paid."""
    return list(Order.objects.of(resident.issuer).filter(resident=resident, state__in=UNPAID))


def product_of(order: Order) -> ProductView:
    """What an order is of, on sale or not."""
    return _view(order.product, order.charged_at or clock.now())


def find_order(resident: Resident, number: str) -> Order | None:
    """The resident's own order of this number; None for everybody else's."""
    orders = Order.objects.of(resident.issuer).filter(resident=resident, number=number)
    return orders.select_related("issuer", "resident__issuer", "product__sale").first()


def orders_of(resident: Resident, *, before: int | None = None, limit: int = 20) -> list[Order]:
    """The resident's orders, newest first, from before order ``before`` on."""
    found = Order.objects.of(resident.issuer).filter(resident=resident).select_related("product")
    if before is not None:
        found = found.filter(pk__lt=before)
    return list(found.order_by("-pk")[:limit])


def open_checkout(order: Order) -> Checkout | None:
    """The payment page that waits for the order's payer."""
    return order.checkouts.filter(state="open").first()


def konbini_slip(checkout: Checkout | None) -> KonbiniSlip | None:
    """The konbini numbers of a checkout, once it has any."""
    if checkout is None or checkout.instructions is None:
        return None
    stores = tuple(store_steps(checkout.instructions))
    return KonbiniSlip(stores, str(checkout.instructions.get("voucher_url", "")))


def money_to_go_back(order: Order) -> list[ProviderPayment]:
    """Payments that were not for the order."""
    return list(order.payments.exclude(role=PaymentRole.ORDER))


def version_of(order: Order) -> str:
    """Changes whenever the order's page would."""
    checkout = open_checkout(order)
    has_number = checkout is not None and checkout.instructions is not None
    return f"{order.state}-{int(has_number)}-{order.payments.count()}"


def has_ended_unpaid(order: Order) -> bool:
    """True when nothing came of it, so that it can be begun again."""
    return order.state in (OrderState.LAPSED, OrderState.CANCELLED, OrderState.FAILED)


def _view(product: Product, at: datetime) -> ProductView:
    parts = tuple(Part(p.emoney.local_name, p.amount) for p in product.parts.all())
    return ProductView(
        product=product,
        parts=parts,
        total=sum(part.amount for part in parts),
        expires_on=last_day_of(product, in_japan(at)),
    )
