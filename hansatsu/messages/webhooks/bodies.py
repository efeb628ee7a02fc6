"""What a message says. Written once, before its first delivery: repetitions say the same."""

import json
from typing import Any

from hansatsu.messages.payment_object import moment_told, payment_told
from hansatsu.messages.webhooks.events import TEST
from hansatsu.messages.webhooks.models import Message


class NothingToTellError(Exception):
    """What the message is about is not there."""


def body_of(message: Message) -> str:
    """The message's body, written now if it was not before. ``message.shop`` is used.

    ``version`` counts what has happened to the object so far: of two messages about one payment
    the higher one tells the newer state, in whatever order they arrive.

    Raises:
        NothingToTellError: when the payment it is about cannot be found.
    """
    if not message.body:
        version, data = _state(message)
        body = {
            "type": message.event,
            "timestamp": moment_told(message.at),
            "version": version,
            "data": data,
        }
        message.body = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        # another endpoint's delivery may have written it meanwhile, and sent what it wrote
        if not Message.objects.filter(pk=message.pk, body="").update(body=message.body):
            message.refresh_from_db(fields=["body"])
    return message.body


def _state(message: Message) -> tuple[int, Any]:
    if message.event == TEST:
        return 1, {"shop": message.shop.code}
    told = payment_told(message.shop, message.object_id)
    if told is None:
        raise NothingToTellError(message.object_id)
    return 1 + len(told["refunds"]), told
