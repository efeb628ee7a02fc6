"""What a try leads to: delivered, tried again, given up; and what that says of the endpoint."""

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


def note(delivery: Delivery, answer: Answer, now: datetime | None = None) -> None:
    """Keep what came of a try of a delivery that was claimed."""
    with transaction.atomic():
        # endpoint before delivery, as everywhere: two tries of one endpoint end at once
        endpoint = Endpoint.objects.select_for_update(no_key=True).get(pk=delivery.endpoint_id)
        now = now or clock.now()
        Attempt.objects.create(
            delivery=delivery,
            at=now,
            status=answer.status,
            milliseconds=answer.milliseconds,
            error=answer.error,
            excerpt=answer.excerpt,
        )
        if answer.taken:
            _delivered(delivery, endpoint, now)
        else:
            _failed(delivery, endpoint, answer, now)


def _delivered(delivery: Delivery, endpoint: Endpoint, now: datetime) -> None:
    _update(delivery, state=State.DELIVERED, delivered_at=now)
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
        _update(delivery, state=State.FAILED)
    else:
        due_at = min(now + wait_after(delivery.tries + 1), delivery.give_up_at)
        _update(delivery, due_at=due_at)
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


def _update(delivery: Delivery, **fields: object) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(
        held_until=None, tries=F("tries") + 1, by_hand=False, **fields
    )


def _change(endpoint: Endpoint, **fields: object) -> None:
    Endpoint.objects.filter(pk=endpoint.pk).update(**fields)
