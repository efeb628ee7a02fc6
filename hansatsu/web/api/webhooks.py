"""Where a shop's servers want to be told, and what became of what they were sent."""

from typing import Any, assert_never

from hansatsu.flows.payments.pos.api_clients import Caller
from hansatsu.messages.payment_object import moment_told
from hansatsu.messages.webhooks.models import Delivery, Endpoint, State
from hansatsu.messages.webhooks.selectors import delivery_page, endpoints_of, find_endpoint
from hansatsu.messages.webhooks.services import (
    MOST,
    enable_endpoint,
    open_endpoint,
    redeliver,
    remove_endpoint,
    rotate_secret,
    send_test,
)
from hansatsu.parties.shops.models import Scope
from hansatsu.web.api import examples
from hansatsu.web.api.operations import Call, Operation, Parameter, Reply
from hansatsu.web.api.payments import shop_of
from hansatsu.web.api.problems import invalid, refuse
from hansatsu.web.api.queries import LIMIT, LISTED, MOST_LISTED, whole_number
from hansatsu.web.api.schemas import (
    NewWebhookEndpoint,
    OpenedWebhookEndpoint,
    WebhookAttempt,
    WebhookDeliveries,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookEndpoints,
    WebhookSecret,
)
from hansatsu.web.api.threads import in_thread

LONGEST_NUMBER = 15

FAULTS = {
    "url": "An absolute address is expected, of 500 characters at most.",
    "https": "It must begin with https.",
    "credentials": "No user and password: deliveries are signed instead.",
    "port": "The port must be 443, or 1024 or above.",
    "address": "This address is not on the public internet.",
    "contact": "A mail address is expected.",
    "events": "At least one event is expected.",
}
"""What to say of the words of ``webhooks.services``."""


async def make(call: Call) -> Reply:
    """POST /webhook-endpoints."""
    return await in_thread(_make, call)


async def index(call: Call) -> Reply:
    """GET /webhook-endpoints. A shop has so few that there is one page."""
    return Reply(200, await in_thread(_index, call.caller))


async def remove(call: Call) -> Reply:
    """DELETE /webhook-endpoints/{id}."""
    await in_thread(lambda: remove_endpoint(_endpoint(call)))
    return Reply(204, None)


async def rotate(call: Call) -> Reply:
    """POST /webhook-endpoints/{id}/rotate-secret."""
    return Reply(200, WebhookSecret(await in_thread(lambda: rotate_secret(_endpoint(call)))))


async def enable(call: Call) -> Reply:
    """POST /webhook-endpoints/{id}/enable."""
    return Reply(200, await in_thread(_enable, call))


async def test(call: Call) -> Reply:
    """POST /webhook-endpoints/{id}/test."""
    return Reply(202, await in_thread(lambda: _delivery(send_test(_endpoint(call)))))


async def deliveries(call: Call) -> Reply:
    """GET /webhook-endpoints/{id}/deliveries."""
    limit = whole_number(call.query, "limit", LISTED, 1, MOST_LISTED)
    cursor = call.query.get("cursor")
    before = None if cursor is None else _number(cursor)
    if cursor is not None and before is None:
        raise invalid("cursor", "It is next_cursor of an earlier page.")
    return Reply(200, await in_thread(_deliveries, call, before, limit))


async def again(call: Call) -> Reply:
    """POST /webhook-endpoints/{id}/deliveries/{n}/redeliver."""
    return Reply(202, await in_thread(_again, call))


def _make(call: Call) -> Reply:
    body: NewWebhookEndpoint = call.body
    opened = open_endpoint(
        shop_of(call.caller),
        made_by=call.caller.actor,
        key=call.key,
        url=body.url,
        events=body.events,
        contact=body.contact,
    )
    match opened.outcome:
        case "made" | "replayed":
            pass
        case "conflict":
            raise refuse("idempotency_key_conflict")
        case "removed":
            raise refuse("not_found", "What was made under this key was removed. Use a new key.")
        case "too_many":
            raise invalid("url", f"A shop has {MOST} endpoints at most: remove one first.")
        case "invalid":
            field, fault = opened.fields[0]
            raise invalid(field, FAULTS[fault])
        case never:
            assert_never(never)
    assert opened.endpoint is not None
    headers = {"Idempotent-Replayed": "true"} if opened.outcome == "replayed" else {}
    told = _told(opened.endpoint)
    content = OpenedWebhookEndpoint(
        told.id, told.url, told.events, told.status, told.created_at, opened.secret
    )
    return Reply(201, content, headers)


def _index(caller: Caller) -> WebhookEndpoints:
    return WebhookEndpoints([_told(each) for each in endpoints_of(shop_of(caller))], None)


def _enable(call: Call) -> WebhookEndpoint:
    endpoint = _endpoint(call)
    enable_endpoint(endpoint)
    endpoint.refresh_from_db()
    return _told(endpoint)


def _deliveries(call: Call, before: int | None, limit: int) -> WebhookDeliveries:
    page = delivery_page(_endpoint(call), before=before, limit=limit)
    cursor = None if page.next_before is None else str(page.next_before)
    return WebhookDeliveries([_delivery(each) for each in page.deliveries], cursor)


def _again(call: Call) -> WebhookDelivery:
    number = _number(call.params["n"])
    delivery = None if number is None else redeliver(_endpoint(call), number)
    if delivery is None:
        raise refuse("not_found")
    return _delivery(delivery)


def _endpoint(call: Call) -> Endpoint:
    number = _number(call.params["id"])
    found = None if number is None else find_endpoint(shop_of(call.caller), number)
    if found is None:
        raise refuse("not_found")
    return found


def _number(text: str) -> int | None:
    if not (text.isascii() and text.isdecimal()) or len(text) > LONGEST_NUMBER:
        return None
    return int(text)


def _told(endpoint: Endpoint) -> WebhookEndpoint:
    return WebhookEndpoint(
        str(endpoint.pk),
        endpoint.url,
        list(endpoint.events),
        "enabled" if endpoint.disabled_at is None else "disabled",
        moment_told(endpoint.created_at),
    )


def _delivery(delivery: Delivery) -> WebhookDelivery:
    waits = delivery.state == State.WAITING
    return WebhookDelivery(
        delivery.pk,
        delivery.message.webhook_id,
        delivery.message.event,
        delivery.message.object_id or None,
        delivery.state,
        moment_told(delivery.created_at),
        moment_told(delivery.due_at) if waits else None,
        [
            WebhookAttempt(
                moment_told(each.at),
                each.status,
                each.milliseconds,
                each.error or None,
                each.excerpt,
            )
            for each in delivery.attempts.all()
        ],
    )


def _operation(method: str, path: str, handler: Any, summary: str, about: str, **more: Any) -> Any:
    return Operation(
        method,
        "/webhook-endpoints" + path,
        handler,
        summary,
        about,
        tag="Webhooks",
        scopes=frozenset({Scope.WEBHOOKS.value}),
        errors=("not_found", *more.pop("errors", ())) if path else more.pop("errors", ()),
        **more,
    )


OPERATIONS: tuple[Operation, ...] = (
    _operation(
        "POST",
        "",
        make,
        "Make an endpoint",
        "Has an address told of the shop's events from now on. The secret that deliveries are"
        " signed with (Standard Webhooks) is shown this once. An Idempotency-Key may be sent: it"
        " gives the same answer again, and not_found once the endpoint was removed.",
        takes_key=True,
        body=NewWebhookEndpoint,
        status=201,
        returns=OpenedWebhookEndpoint,
        errors=("idempotency_key_conflict", "not_found"),
        example=(examples.NEW_ENDPOINT, examples.OPENED_ENDPOINT),
    ),
    _operation(
        "GET",
        "",
        index,
        "List endpoints",
        "All endpoints of this shop.",
        returns=WebhookEndpoints,
        example=(None, {"items": [examples.ENDPOINT], "next_cursor": None}),
    ),
    _operation(
        "DELETE",
        "/{id}",
        remove,
        "Remove an endpoint",
        "It is told nothing more; what was waiting is dropped.",
        status=204,
    ),
    _operation(
        "POST",
        "/{id}/rotate-secret",
        rotate,
        "Change the secret",
        "The new secret is shown this once. For a day deliveries are signed with both.",
        returns=WebhookSecret,
        example=(None, {"secret": examples.WEBHOOK_SECRET}),
    ),
    _operation(
        "POST",
        "/{id}/enable",
        enable,
        "Enable an endpoint",
        "For one that was disabled after days of failure. What happened meanwhile is not sent:"
        " list the payments.",
        returns=WebhookEndpoint,
        example=(None, examples.ENDPOINT),
    ),
    _operation(
        "POST",
        "/{id}/test",
        test,
        "Send a test",
        "Sends `webhook.test` at once. Look at the deliveries for what came of it.",
        status=202,
        returns=WebhookDelivery,
        example=(None, examples.DELIVERY),
    ),
    _operation(
        "GET",
        "/{id}/deliveries",
        deliveries,
        "List deliveries",
        "The newest first, each with its attempts. They are kept for 30 days.",
        returns=WebhookDeliveries,
        errors=("invalid_request",),
        query=(
            LIMIT,
            Parameter(
                "cursor", "`next_cursor` of the page before.", {"type": "string", "maxLength": 15}
            ),
        ),
        example=(None, {"items": [examples.DELIVERY], "next_cursor": None}),
    ),
    _operation(
        "POST",
        "/{id}/deliveries/{n}/redeliver",
        again,
        "Deliver again",
        "Sends it at once, under the same webhook-id, whatever became of it before.",
        status=202,
        returns=WebhookDelivery,
        example=(None, examples.DELIVERY),
    ),
)
