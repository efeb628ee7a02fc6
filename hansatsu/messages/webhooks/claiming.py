"""Taking up what is due, so that no slow receiver holds up another.

There are two lanes. Endpoints that took what they were sent last are in the quick one; the others
are in the slow one, which has room of its own, and get one message at a time. So one that hangs
takes a share of others' place once, for seconds, and from then on only that of those that hang
as well.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal

from django.db import connection, transaction

from hansatsu.messages.webhooks.models import Delivery

Lane = Literal["quick", "slow"]

HOLD = timedelta(seconds=60)
"""How long a delivery is ours. Longer than sending and stopping take; after it, the worker that
took it counts as killed, and it is sent again under the same webhook-id."""

AT_ONCE = {"quick": 16, "slow": 1}
"""Messages on their way to one endpoint."""

CLAIM = """
    with clock as materialized (select ledger.now() as now),
    due as (
        select d.id, d.due_at
        from webhooks_endpoint as e
        left join unnest(%(busy)s::bigint[], %(counts)s::integer[]) as b (id, count) on b.id = e.id
        cross join lateral (
            select w.id, w.due_at from webhooks_delivery as w
            where w.endpoint_id = e.id and w.state = 'waiting'
                and w.due_at <= (select c.now from clock as c)
                and (w.held_until is null or w.held_until <= (select c.now from clock as c))
                and (w.by_hand or (e.disabled_at is null
                    and (e.paused_until is null
                        or e.paused_until <= (select c.now from clock as c))))
            order by w.due_at limit greatest(%(at_once)s - coalesce(b.count, 0), 0)
            for update skip locked
        ) as d
        where e.removed_at is null and (e.failures > 0) = %(slow)s
        order by d.due_at limit %(room)s
    )
    update webhooks_delivery as d set held_until = clock.now + %(hold)s
    from due, clock where d.id = due.id
    returning d.id
"""


def claim(lane: Lane, room: int, busy: Mapping[int, int] | None = None) -> list[Delivery]:
    """Take up to ``room`` deliveries that are due, each with its endpoint and message; those to
    one endpoint share one object of it.

    Args:
        lane: of which endpoints.
        room: how many at most.
        busy: how many are on their way already, by endpoint.
    """
    under_way = busy or {}
    parameters: dict[str, Any] = {
        "hold": HOLD,
        "at_once": AT_ONCE[lane],
        "slow": lane == "slow",
        "busy": list(under_way),
        "counts": list(under_way.values()),
        "room": room,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CLAIM, parameters)
        ids = [row[0] for row in cursor.fetchall()]
        if not ids:
            return []
        found = Delivery.objects.select_related("message").prefetch_related("endpoint")
        return list(found.filter(pk__in=ids).order_by("due_at", "pk"))
