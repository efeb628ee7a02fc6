"""Making, changing and removing endpoints, and sending to them by hand."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.conf import settings
from django.db import transaction

from hansatsu.messages.webhooks.addresses import url_fault
from hansatsu.messages.webhooks.events import SUBSCRIBABLE, TEST
from hansatsu.messages.webhooks.fan_out import delivery_of
from hansatsu.messages.webhooks.models import Delivery, Endpoint, Message, State
from hansatsu.messages.webhooks.schedule import PATIENCE, SECOND_SECRET_FOR
from hansatsu.messages.webhooks.signing import new_secret, new_webhook_id
from hansatsu.parties import clock
from hansatsu.parties.identity.fields.contact import clean_email
from hansatsu.parties.seals.secrets_box import seal, unseal
from hansatsu.parties.shops.models import Shop

MOST = 10
"""Endpoints that one shop may have."""


@dataclass(frozen=True, slots=True)
class Opened:
    """How making an endpoint ended.

    Attributes:
        outcome: ``made`` and ``replayed`` (the same asked again under its key) come with endpoint
            and secret; ``conflict`` (the key was used for something else), ``removed`` (what was
            made under the key is no more), ``too_many`` and ``invalid`` come without.
        endpoint: what was made.
        secret: ``whsec_…``, to be shown this once.
        fields: what is wrong, by the field's name: words of ``url_fault``, ``events``, ``contact``.
    """

    outcome: Literal["made", "replayed", "conflict", "removed", "too_many", "invalid"]
    endpoint: Endpoint | None = None
    secret: str = ""
    fields: tuple[tuple[str, str], ...] = ()


def open_endpoint(
    shop: Shop, *, made_by: str, key: str, url: str, events: Sequence[str], contact: str = ""
) -> Opened:
    """Have ``url`` told of the shop's ``events`` from now on.

    Args:
        shop: whose payments.
        made_by: who asks, as the ledger names actors.
        key: idempotency key, unique for ``made_by``; empty when each asking makes one.
        url: https, to a public address (see ``url_fault``).
        events: some of ``SUBSCRIBABLE``.
        contact: the mail address of who sees to the server; empty for none.
    """
    wanted = sorted(set(events))
    content = _digest(url, contact, wanted)
    with transaction.atomic():
        # two that ask at once are answered one after the other
        Shop.objects.select_for_update(no_key=True).get(pk=shop.pk)
        known = Endpoint.objects.filter(made_by=made_by, made_key=key).first() if key else None
        if known is not None:
            return _known(known, content)
        fields = _faults(url, wanted, contact)
        if fields:
            return Opened("invalid", fields=fields)
        if Endpoint.objects.filter(shop=shop, removed_at=None).count() >= MOST:
            return Opened("too_many")
        secret = new_secret()
        endpoint = Endpoint.objects.create(
            issuer_id=shop.issuer_id,
            shop=shop,
            made_by=made_by,
            made_key=key,
            made_content=content,
            url=url,
            events=wanted,
            contact=contact,
            secret=seal(secret),
            created_at=clock.now(),
        )
    return Opened("made", endpoint, secret)


def remove_endpoint(endpoint: Endpoint) -> None:
    """Tell it nothing more, and drop what was waiting. Twice is as once."""
    with transaction.atomic():
        Endpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)
        now = clock.now()
        Endpoint.objects.filter(pk=endpoint.pk, removed_at=None).update(removed_at=now)
        Delivery.objects.filter(endpoint=endpoint, state=State.WAITING).update(state=State.DROPPED)


def rotate_secret(endpoint: Endpoint) -> str:
    """A new secret, to be shown this once. The one before it signs too for
    ``SECOND_SECRET_FOR``, so that the receiver can change without losing a message; one before
    that ends now."""
    secret = new_secret()
    with transaction.atomic():
        locked = Endpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)
        locked.former_secret = locked.secret
        locked.former_until = clock.now() + SECOND_SECRET_FOR
        locked.secret = seal(secret)
        locked.save(update_fields=["former_secret", "former_until", "secret"])
    return secret


def enable_endpoint(endpoint: Endpoint) -> None:
    """Tell an endpoint that was disabled, or is paused, again from now on."""
    Endpoint.objects.filter(pk=endpoint.pk).update(
        disabled_at=None,
        disabled_because="",
        told_at=None,
        failures=0,
        failing_since=None,
        failed_at=None,
        paused_until=None,
    )


def send_test(endpoint: Endpoint) -> Delivery:
    """Send a ``webhook.test`` to it now, even when it is paused or disabled."""
    with transaction.atomic():
        message = Message.objects.create(
            issuer_id=endpoint.issuer_id,
            shop_id=endpoint.shop_id,
            webhook_id=new_webhook_id(),
            event=TEST,
            object_id="",
            at=clock.now(),
        )
        delivery = delivery_of(endpoint, message, message.at, by_hand=True)
        delivery.save()
    return delivery


def redeliver(endpoint: Endpoint, number: int) -> Delivery | None:
    """Send a delivery again now, whatever became of it before, under the same webhook-id; and
    should that fail, for a day from now. None when the endpoint has no such delivery."""
    with transaction.atomic():
        theirs = Delivery.objects.select_for_update(of=("self",), no_key=True)
        delivery = theirs.select_related("message").filter(pk=number, endpoint=endpoint).first()
        if delivery is None:
            return None
        delivery.state, delivery.by_hand, delivery.held_until = State.WAITING, True, None
        delivery.due_at = clock.now()
        delivery.give_up_at = delivery.due_at + PATIENCE
        delivery.save(update_fields=["state", "by_hand", "held_until", "due_at", "give_up_at"])
    return delivery


def _known(endpoint: Endpoint, content: bytes) -> Opened:
    if bytes(endpoint.made_content) != content:
        return Opened("conflict")
    if endpoint.removed_at is not None:
        return Opened("removed")
    return Opened("replayed", endpoint, unseal(endpoint.secret))


def _faults(url: str, events: Sequence[str], contact: str) -> tuple[tuple[str, str], ...]:
    faults = {"url": url_fault(url, settings.WEBHOOK_NETWORKS)}
    if not events or not set(events) <= set(SUBSCRIBABLE):
        faults["events"] = "events"
    if contact and clean_email(contact).error:
        faults["contact"] = "contact"
    return tuple((field, fault) for field, fault in faults.items() if fault)


def _digest(url: str, contact: str, events: Sequence[str]) -> bytes:
    return hashlib.sha256(json.dumps([url, contact, *events]).encode()).digest()
