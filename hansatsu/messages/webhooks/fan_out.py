"""From the ledger's outbox to deliveries: called by the relay, in its transaction."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from hansatsu.database.connections import ledger_connection
from hansatsu.ledger import api as ledger
from hansatsu.messages.webhooks.events import OF_ENTRY
from hansatsu.messages.webhooks.models import Delivery, Endpoint, Message
from hansatsu.messages.webhooks.schedule import PATIENCE
from hansatsu.messages.webhooks.signing import new_webhook_id
from hansatsu.parties import clock


def fan_out(owed: Sequence[ledger.OwedMessage]) -> int:
    """Have the shops' endpoints told of these entries; returns how many deliveries that makes.

    What is said is written later, by the sender: here are five statements, however many entries
    there are, and one when no shop has an endpoint.
    """
    places = [(each.wallet_id, each.seq) for each in owed if each.kind in OF_ENTRY]
    wanted = wanted_by({each.issuer_id for each in owed}) if places else {}
    if not wanted:
        return 0
    heads = ledger.entry_heads(ledger_connection(), places)
    messages = Message.objects.bulk_create(
        _message(head, head.shop_id)
        for head in heads
        if head.shop_id is not None and (head.shop_id, OF_ENTRY[head.kind]) in wanted
    )
    now = clock.now()
    deliveries = [
        delivery_of(endpoint, message, now)
        for message in messages
        for endpoint in wanted[message.shop_id, message.event]
    ]
    return len(Delivery.objects.bulk_create(deliveries))


def delivery_of(
    endpoint: Endpoint, message: Message, now: datetime, *, by_hand: bool = False
) -> Delivery:
    """A delivery (not saved) that is due ``now``."""
    return Delivery(
        endpoint=endpoint,
        message=message,
        by_hand=by_hand,
        created_at=now,
        due_at=now,
        give_up_at=now + PATIENCE,
    )


def wanted_by(issuer_ids: set[int]) -> dict[tuple[int, str], list[Endpoint]]:
    """The endpoints of these issuers' shops that are to be told, by shop and event."""
    wanted: defaultdict[tuple[int, str], list[Endpoint]] = defaultdict(list)
    endpoints = Endpoint.objects.filter(issuer_id__in=issuer_ids, removed_at=None, disabled_at=None)
    for endpoint in endpoints:
        for event in endpoint.events:
            wanted[endpoint.shop_id, event].append(endpoint)
    return dict(wanted)


def _message(head: ledger.EntryHead, shop_id: int) -> Message:
    return Message(
        issuer_id=head.issuer_id,
        shop_id=shop_id,
        webhook_id=new_webhook_id(),
        event=OF_ENTRY[head.kind],
        object_id=head.refunded_number or head.number or "",
        entry=head.number or "",
        at=head.at,
    )
