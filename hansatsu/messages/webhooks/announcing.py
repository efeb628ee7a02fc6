"""What shops' servers are told of by other rooms, which write what is said themselves.

Payments are told from the ledger's outbox (``fan_out``); whatever else happens to a shop is
announced by the flow that does it, in its own transaction.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hansatsu.messages.webhooks.bodies import body_text
from hansatsu.messages.webhooks.fan_out import delivery_of, wanted_by
from hansatsu.messages.webhooks.models import Delivery, Message
from hansatsu.messages.webhooks.signing import new_webhook_id
from hansatsu.parties import clock
from hansatsu.parties.shops.models import Shop


@dataclass(frozen=True, slots=True)
class Announced:
    """Something that happened to an object of a shop.

    Attributes:
        shop: whose servers are told.
        object_id: of what it happened to, as the API names it.
        at: when.
        version: counts what has happened to the object so far.
        tell: makes the object as the API shows it; asked only when somebody wants to know.
    """

    shop: Shop
    object_id: str
    at: datetime
    version: int
    tell: Callable[[], Any]


def announce(event: str, happened: Iterable[Announced]) -> int:
    """Have the shops' endpoints that want ``event`` told of each; how many deliveries that makes.
    Call it in the transaction in which it happens, once."""
    news = list(happened)
    wanted = wanted_by({each.shop.issuer_id for each in news}) if news else {}
    told = [each for each in news if (each.shop.pk, event) in wanted]
    messages = Message.objects.bulk_create([_message(event, each) for each in told])
    now = clock.now()
    deliveries = [
        delivery_of(endpoint, message, now)
        for message in messages
        for endpoint in wanted[message.shop_id, event]
    ]
    return len(Delivery.objects.bulk_create(deliveries))


def _message(event: str, each: Announced) -> Message:
    return Message(
        issuer_id=each.shop.issuer_id,
        shop=each.shop,
        webhook_id=new_webhook_id(),
        event=event,
        object_id=each.object_id,
        at=each.at,
        body=body_text(event, each.at, each.version, each.tell()),
    )
