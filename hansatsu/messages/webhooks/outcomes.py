"""What tries lead to: delivered, tried again, given up; and what that says of the endpoint."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from hansatsu.messages.webhooks.models import Attempt, Delivery, Endpoint, State
from hansatsu.messages.webhooks.schedule import DISABLE_AFTER, PAUSE_AFTER, pause_after, wait_after
from hansatsu.messages.webhooks.sending import Answer
from hansatsu.parties import clock
from hansatsu.parties.issuers.alarms import raise_alarm

FAILED_FOR_DAYS = "failing"
GONE = "gone"
"""Why an endpoint is disabled: nothing arrived for days, or it answered 410."""

BROUGHT_FORWARD = 5
"""Messages that were tried so often at most are sent at once when their endpoint is back; those
that it has refused more often than that keep to their own times."""

type Try = tuple[Delivery, Answer]


def note_all(tries: Sequence[Try], now: datetime | None = None) -> None:
    """Keep what came of tries, in the order they ended: all of it or nothing."""
    with transaction.atomic():
        # endpoints before deliveries, in their order, as everywhere: others note at the same time
        ids = {delivery.endpoint_id for delivery, _ in tries}
        locked = Endpoint.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
        endpoints = {endpoint.pk: endpoint for endpoint in locked}
        now = now or clock.now()
        Attempt.objects.bulk_create(_attempt(delivery, answer, now) for delivery, answer in tries)
        taken = [delivery.pk for delivery, answer in tries if answer.taken]
        if taken:
            _update(taken, state=State.DELIVERED, delivered_at=now)
        for delivery, answer in tries:
            if answer.taken:
                _taken(endpoints[delivery.endpoint_id], now)
            else:
                _failed(delivery, endpoints[delivery.endpoint_id], answer, now)


def _attempt(delivery: Delivery, answer: Answer, now: datetime) -> Attempt:
    return Attempt(
        delivery=delivery,
        at=now,
        status=answer.status,
        milliseconds=answer.milliseconds,
        error=answer.error,
        excerpt=answer.excerpt,
    )


def _taken(endpoint: Endpoint, now: datetime) -> None:
    if not endpoint.failures:
        return
    if endpoint.failures >= PAUSE_AFTER:
        waiting = Delivery.objects.filter(
            endpoint=endpoint, state=State.WAITING, tries__lte=BROUGHT_FORWARD, due_at__gt=now
        )
        waiting.update(due_at=now)
    _change(endpoint, failures=0, failing_since=None, failed_at=None, paused_until=None)


def _failed(delivery: Delivery, endpoint: Endpoint, answer: Answer, now: datetime) -> None:
    if now >= delivery.give_up_at:
        _update([delivery.pk], state=State.FAILED)
    else:
        due_at = min(now + wait_after(delivery.tries + 1), delivery.give_up_at)
        _update([delivery.pk], due_at=due_at)
    since = endpoint.failing_since or now
    began = now - timedelta(milliseconds=answer.milliseconds)
    if endpoint.failed_at is None or began >= endpoint.failed_at:
        failures = endpoint.failures + 1
        pause = pause_after(failures)
        _change(
            endpoint,
            failures=failures,
            failing_since=since,
            failed_at=now,
            paused_until=None if pause is None else now + pause,
        )
    if answer.gone:
        _disable(endpoint, GONE, now)
    elif now - since >= DISABLE_AFTER:
        _disable(endpoint, FAILED_FOR_DAYS, now)


def _disable(endpoint: Endpoint, because: str, now: datetime) -> None:
    if endpoint.disabled_at is not None:
        return
    _change(endpoint, disabled_at=now, disabled_because=because, told_at=None)
    raise_alarm(
        endpoint.issuer,
        kind="webhook_disabled",
        subject=endpoint.subject,
        text=f"{endpoint.shop.name}: {endpoint.url}"[:300],
    )


def _update(deliveries: Sequence[int], **fields: object) -> None:
    Delivery.objects.filter(pk__in=deliveries).update(
        held_until=None, tries=F("tries") + 1, by_hand=False, **fields
    )


def _change(endpoint: Endpoint, **fields: object) -> None:
    """In its row and here, where the next try of the same set looks."""
    for name, value in fields.items():
        setattr(endpoint, name, value)
    Endpoint.objects.filter(pk=endpoint.pk).update(**fields)
