"""Finding endpoints, and what became of what was sent to them."""

from dataclasses import dataclass

from hansatsu.messages.webhooks.models import Delivery, Endpoint
from hansatsu.parties.shops.models import Shop


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """Deliveries, newest first, each with message and attempts loaded; ``next_before`` asks for
    the older ones, None at the end."""

    deliveries: tuple[Delivery, ...]
    next_before: int | None


def endpoints_of(shop: Shop) -> list[Endpoint]:
    """The shop's endpoints, in the order they were made; disabled ones too."""
    return list(Endpoint.objects.of(shop.issuer).filter(shop=shop, removed_at=None))


def find_endpoint(shop: Shop, endpoint_id: int) -> Endpoint | None:
    """The shop's endpoint with this id; None for a removed or another shop's."""
    endpoints = Endpoint.objects.of(shop.issuer).filter(shop=shop, removed_at=None)
    return endpoints.filter(pk=endpoint_id).first()


def delivery_page(endpoint: Endpoint, *, before: int | None, limit: int) -> DeliveryPage:
    """Some of an endpoint's deliveries.

    Args:
        endpoint: whose.
        before: ``next_before`` of the page above; None for the newest.
        limit: how many at most.
    """
    found = Delivery.objects.filter(endpoint=endpoint).select_related("message")
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found.prefetch_related("attempts").order_by("-pk")[: limit + 1])
    shown = rows[:limit]
    return DeliveryPage(tuple(shown), shown[-1].pk if len(rows) > limit else None)
