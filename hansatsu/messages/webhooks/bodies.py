"""What messages say. Written once, before the first delivery: repetitions say the same."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import prefetch_related_objects

from hansatsu.messages.payment_object import moment_told, payments_told
from hansatsu.messages.webhooks.events import TEST
from hansatsu.messages.webhooks.models import Message

KEEP = """
    update webhooks_message as m set body = said.body
    from unnest(%s::bigint[], %s::text[]) as said (id, body)
    where m.id = said.id and m.body = ''
    returning m.id
"""
"""Another endpoint's delivery may have written it meanwhile, and sent what it wrote."""


class NothingToTellError(Exception):
    """What the message is about is not there."""


def body_of(message: Message) -> str:
    """The message's body, written now if it was not before.

    Raises:
        NothingToTellError: when the payment it is about cannot be found.
    """
    write_bodies([message])
    if not message.body:
        raise NothingToTellError(message.object_id)
    return message.body


def write_bodies(messages: Sequence[Message]) -> None:
    """Write the bodies of those that have none yet: of all together, in a handful of statements.
    One whose payment cannot be found stays without.

    ``version`` counts what has happened to the object so far: of two messages about one payment
    the higher one tells the newer state, in whatever order they arrive.
    """
    new = [message for message in messages if not message.body]
    if not new:
        return
    prefetch_related_objects(new, "shop__issuer")
    payments = payments_told((each.shop, each.object_id) for each in new if each.event != TEST)
    bodies: dict[int, str] = {}
    for message in new:
        if message.event == TEST:
            test = {"shop": message.shop.code}
            bodies[message.pk] = body_text(message.event, message.at, 1, test)
        elif (told := payments.get((message.shop_id, message.object_id))) is not None:
            version = 1 + len(told["refunds"])
            bodies[message.pk] = body_text(message.event, message.at, version, told)
    _keep(new, bodies)


def body_text(event: str, at: datetime, version: int, data: Any) -> str:
    """The body of a message: that ``event`` happened ``at`` a moment to what ``data`` shows, in its
    ``version``."""
    body = {
        "type": event,
        "timestamp": moment_told(at),
        "version": version,
        "data": data,
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _keep(messages: Sequence[Message], bodies: dict[int, str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(KEEP, [list(bodies), list(bodies.values())])
        written = {pk for (pk,) in cursor.fetchall()}
    others = (
        Message.objects.filter(pk__in=bodies.keys() - written) if bodies.keys() - written else ()
    )
    bodies |= {message.pk: message.body for message in others}
    for message in messages:
        message.body = bodies.get(message.pk, "")
