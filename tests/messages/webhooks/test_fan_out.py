"""From the books to deliveries: each event once for each endpoint that wants it."""

import json

import msgspec
from django.db import transaction

from hansatsu.flows.settlement.telling import tell_all
from hansatsu.messages.relay.relay import relay_batch
from hansatsu.messages.webhooks.bodies import body_of
from hansatsu.messages.webhooks.models import Delivery, Message
from hansatsu.messages.webhooks.services import enable_endpoint, remove_endpoint, send_test
from hansatsu.web.api.told import TOLD
from tests.messages.webhooks.endpoints import opened
from tests.support.settled import close
from tests.town import Town

URL = "https://hooks.shop.example/"


def events() -> list[tuple[str, str, str]]:
    found = Message.objects.order_by("pk")
    return [(each.event, each.object_id, each.entry) for each in found]


def test_a_payment_and_its_refund_are_each_told_to_every_endpoint_that_asked(town: Town) -> None:
    both, _ = opened(town.shop, URL)
    refunds, _ = opened(town.shop, URL, "payment.refunded")
    opened(town.large_shop, URL)
    paid = town.pay(town.resident, town.shop, 300)
    refund = town.refund(paid.number, 100)
    assert relay_batch() == 2
    assert events() == [
        ("payment.paid", paid.number, paid.number),
        ("payment.refunded", paid.number, refund.number),
    ]
    told = {(each.endpoint_id, each.message.event) for each in Delivery.objects.all()}
    assert told == {
        (both.pk, "payment.paid"),
        (both.pk, "payment.refunded"),
        (refunds.pk, "payment.refunded"),
    }
    assert relay_batch() == 0
    assert Delivery.objects.count() == 3


def test_what_is_sent_is_as_the_document_says(town: Town) -> None:
    endpoint, _ = opened(town.shop, URL)
    paid = town.pay(town.resident, town.shop, 300)
    town.refund(paid.number, 100)
    relay_batch()
    close(town.issuer)
    tell_all(town.issuer)
    send_test(endpoint)
    shapes = {each.event: each.shape for each in TOLD}
    bodies = [json.loads(body_of(each)) for each in Message.objects.order_by("pk")]
    assert [body["type"] for body in bodies] == list(shapes)
    for body in bodies:
        shape = shapes[body["type"]]
        assert json.loads(msgspec.json.encode(msgspec.convert(body, shape))) == body
    assert bodies[1]["data"]["refunds"][0]["expired"] == 0


def test_a_cards_payment_is_told_as_any_other(town: Town) -> None:
    opened(town.shop, URL)
    _, card = town.card(500)
    paid = town.pay(card, town.shop, 200)  # type: ignore[arg-type]
    relay_batch()
    assert events() == [("payment.paid", paid.number, paid.number)]


def test_what_does_not_concern_a_shop_or_nobody_asked_for_makes_nothing(town: Town) -> None:
    opened(town.shop, URL, "settlement.closed")
    opened(town.large_shop, URL)
    town.pay(town.resident, town.shop, 300)
    town.charge(town.resident, town.all_shops, 1)
    assert relay_batch() == 2
    assert not Message.objects.exists()


def test_removed_and_disabled_endpoints_are_not_told(town: Town) -> None:
    removed, _ = opened(town.shop, URL)
    disabled, _ = opened(town.shop, URL)
    type(disabled).objects.filter(pk=disabled.pk).update(disabled_at="2026-01-01T00:00Z")
    remove_endpoint(removed)
    town.pay(town.resident, town.shop, 100)
    relay_batch()
    assert not Delivery.objects.exists()
    enable_endpoint(disabled)
    town.pay(town.resident, town.shop, 100)
    relay_batch()
    assert Delivery.objects.get().endpoint_id == disabled.pk


def test_a_relay_that_is_taken_back_leaves_it_owed(town: Town) -> None:
    opened(town.shop, URL)
    town.pay(town.resident, town.shop, 100)
    with transaction.atomic():
        relay_batch()
        assert Delivery.objects.count() == 1
        transaction.set_rollback(True)
    assert not Message.objects.exists()
    relay_batch()
    assert Delivery.objects.count() == 1


def test_it_takes_as_many_statements_for_many_payments_as_for_one(
    town: Town, django_statements: list[str]
) -> None:
    opened(town.shop, URL)
    counts = []
    for payments in (1, 8):
        cards = [town.card(100)[1] for _ in range(payments)]
        while relay_batch():
            pass
        for card in cards:
            town.pay(card, town.shop, 10)  # type: ignore[arg-type]
        django_statements.clear()
        relay_batch()
        counts.append(len(django_statements))
    assert counts[0] == counts[1]
