"""Webhooks go by the ledger's clock, whatever the machine's shows; a signature's time is the
machine's, which receivers hold against their own."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import psycopg
import pytest
from django.test import Client
from standardwebhooks import Webhook

from hansatsu.ledger import api as ledger
from hansatsu.messages.mail.models import Mail
from hansatsu.messages.relay.disabled_webhooks import tell_of_disabled
from hansatsu.messages.relay.relay import relay_batch
from hansatsu.messages.webhooks.claiming import HOLD, claim
from hansatsu.messages.webhooks.courier import parcel_of, secrets_of
from hansatsu.messages.webhooks.models import Attempt, Delivery, Endpoint
from hansatsu.messages.webhooks.retention import KEPT_FOR, forget_old_messages
from hansatsu.messages.webhooks.schedule import PATIENCE, SECOND_SECRET_FOR
from hansatsu.messages.webhooks.sending import Answer
from hansatsu.messages.webhooks.services import (
    redeliver,
    remove_endpoint,
    rotate_secret,
    send_test,
)
from hansatsu.parties import clock
from tests.messages.webhooks.endpoints import note, opened
from tests.support.copies import DatabaseCopy
from tests.town import Town

URL = "https://hooks.shop.example/"
YEAR = timedelta(days=400)

Wait = Callable[[timedelta], None]


@pytest.fixture
def wait(modules_database: DatabaseCopy, town: Town) -> Iterator[Wait]:
    """Moves the ledger's clock, which is more than a year ahead already."""
    with psycopg.connect(modules_database.clock_url, autocommit=True) as connection:

        def passed(period: timedelta) -> None:
            ledger.set_clock(connection, clock.now() + period)

        passed(YEAR)
        try:
            yield passed
        finally:
            ledger.set_clock(connection, None)


def is_now(moment: datetime | None) -> bool:
    return moment is not None and abs(clock.now() - moment) < timedelta(minutes=1)


def again[Row: (Endpoint, Delivery)](row: Row) -> Row:
    row.refresh_from_db()
    return row


@pytest.mark.usefixtures("wait")
def test_a_delivery_is_due_held_and_repeated_by_it(town: Town) -> None:
    endpoint, _ = opened(town.shop, URL)
    town.pay(town.resident, town.shop, 100)
    relay_batch()
    (delivery,) = claim("quick", 16)
    assert delivery.held_until is not None
    assert is_now(endpoint.created_at)
    assert (is_now(delivery.created_at), is_now(delivery.due_at)) == (True, True)
    assert is_now(delivery.give_up_at - PATIENCE)
    assert is_now(delivery.held_until - HOLD)
    note(delivery, Answer(500, 10))
    assert is_now(Attempt.objects.get().at)
    assert is_now(again(endpoint).failed_at)
    repeated = redeliver(endpoint, delivery.pk)
    assert repeated is not None
    assert repeated == again(delivery)
    assert (is_now(delivery.due_at), is_now(delivery.give_up_at - PATIENCE)) == (True, True)
    assert len(claim("slow", 16)) == 1


@pytest.mark.usefixtures("wait")
def test_an_endpoint_is_disabled_told_of_and_removed_by_it(town: Town, client: Client) -> None:
    endpoint, _ = opened(town.shop, URL)
    Endpoint.objects.update(contact="vendor@example.jp")
    delivery = send_test(endpoint)
    figures = client.get("/metrics", HTTP_HOST="localhost").content.decode()
    (age,) = (line for line in figures.splitlines() if line.startswith("hansatsu_webhook_age"))
    assert 0 <= float(age.split()[-1]) < 60
    note(delivery, Answer(410, 10))
    assert tell_of_disabled() == 1
    remove_endpoint(endpoint)
    assert is_now(again(endpoint).disabled_at)
    assert (is_now(endpoint.told_at), is_now(endpoint.removed_at)) == (True, True)
    assert is_now(Mail.objects.get(kind="webhook_disabled", issuer=town.issuer).created_at)


def test_a_former_secret_and_old_messages_end_by_it(town: Town, wait: Wait) -> None:
    endpoint, _ = opened(town.shop, URL)
    rotate_secret(endpoint)
    until = again(endpoint).former_until
    assert until is not None
    assert is_now(until - SECOND_SECRET_FOR)
    delivery = send_test(endpoint)
    assert _signatures(delivery) == 2
    wait(SECOND_SECRET_FOR)
    assert _signatures(delivery) == 1
    note(delivery, Answer(200, 10))
    wait(KEPT_FOR - timedelta(days=2))
    assert forget_old_messages() == 0
    wait(timedelta(days=2))
    assert forget_old_messages() == 1


@pytest.mark.usefixtures("wait")
def test_a_signature_has_the_time_that_receivers_know(town: Town) -> None:
    endpoint, secret = opened(town.shop, URL)
    send_test(endpoint)
    parcel = parcel_of(Delivery.objects.get(), secrets_of(endpoint))
    assert abs(int(parcel.headers["webhook-timestamp"]) - time.time()) < 60
    assert Webhook(secret).verify(parcel.body, parcel.headers)["type"] == "webhook.test"


def _signatures(delivery: Delivery) -> int:
    claimed = Delivery.objects.get(pk=delivery.pk)
    parcel = parcel_of(claimed, secrets_of(claimed.endpoint))
    return len(parcel.headers["webhook-signature"].split())
